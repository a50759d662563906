"""Python's smtplib delivers through `quoth serve`."""

import smtplib
import unittest
from email.message import EmailMessage

import mail_files
from peer_case import PLAIN, SENDER, PeerTests, StoredMail


class Smtplib(PeerTests, StoredMail):
    def connect(self):
        return smtplib.SMTP(self.proxy.host, self.proxy.port, "smtplib.client.test", timeout=30)

    def send(self, sender, recipients, content):
        with self.connect() as client:
            self.assertEqual(client.sendmail(sender, recipients, content, ["BODY=8BITMIME"]), {})

    def test_several_messages_in_one_session(self):
        recipients = [f"user{n}@local.test" for n in range(20)]
        with self.connect() as client:
            for recipient in recipients:
                client.sendmail(SENDER, [recipient], PLAIN + recipient.encode() + b"\r\n")
        sent = self.proxy.contents()
        self.assertEqual(len(sent), len(recipients))
        for recipient, content in zip(recipients, sent):
            self.check_stored_one(recipient, content)

    def test_a_message_object(self):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = SENDER, "user1@local.test", "Grüße"
        message.set_content("Ein Text mit Umlauten: äöü\n")
        octets = bytes(range(256)) * 100
        message.add_attachment(octets, maintype="application", subtype="octet-stream")
        with self.connect() as client:
            client.send_message(message)
        self.check_stored(SENDER, ["user1@local.test"], self.proxy.contents()[0])

    def test_refused_recipients_do_not_spoil_the_others(self):
        with self.connect() as client:
            recipients = ["nobody@local.test", "user1@local.test", "x@foreign.test"]
            refused = client.sendmail(SENDER, recipients, PLAIN)
        self.assertEqual({address: reply[0] for address, reply in refused.items()},
                         {"nobody@local.test": 550, "x@foreign.test": 550})
        self.check_stored(SENDER, ["user1@local.test"], PLAIN)

    def test_bare_postmaster(self):
        with self.connect() as client:
            client.ehlo()
            client.mail(SENDER)
            self.assertEqual(client.docmd("RCPT", "TO:<Postmaster>")[0], 250)
            self.assertEqual(client.data(PLAIN)[0], 250)
        self.check_stored_one("postmaster@local.test", PLAIN)

    def test_vrfy_expn_help_noop(self):
        with self.connect() as client:
            client.ehlo()
            self.assertEqual(client.verify("alice@local.test")[0], 252)
            self.assertEqual(client.expn("list")[0], 502)
            self.assertEqual(client.docmd("HELP")[0], 214)
            self.assertEqual(client.noop()[0], 250)
            self.assertEqual(client.rset()[0], 250)
            self.assertFalse(client.has_extn("expn"))

    def check_stored_one(self, recipient, content):
        self.assert_same_octets(mail_files.restored(self.only_file(recipient)), content)


if __name__ == "__main__":
    unittest.main()
