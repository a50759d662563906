"""Python's smtplib delivers through `quoth serve`."""

import smtplib
import ssl
import unittest
from email.message import EmailMessage

import mail_files
from certificates import context
from login_case import HOST, PASSWORD, RECIPIENT, TEXT, USER, LoginCase
from login_case import SENDER as OWN_ADDRESS
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


class SmtplibLogin(LoginCase):
    """starttls(), SMTP_SSL and login(), with the server's certificate verified."""

    def starttls(self, listener="starttls", authority=None, own=None):
        client = self.enterContext(smtplib.SMTP(HOST, self.port(listener), "smtplib.client.test",
                                                timeout=30))
        client.starttls(context=context(authority or self.authority, own))
        return client

    def implicit(self):
        return self.enterContext(smtplib.SMTP_SSL(
            HOST, self.port("implicit"), "smtplib.client.test", timeout=30,
            context=context(self.authority)))

    def send(self, client):
        self.assertEqual(client.sendmail(OWN_ADDRESS, [RECIPIENT], TEXT, ["BODY=8BITMIME"]), {})

    def test_starttls(self):
        client = self.starttls()
        client.login(USER, PASSWORD)
        self.send(client)
        self.assert_delivered("ESMTPSA")

    def test_smtp_ssl(self):
        client = self.implicit()
        client.login(USER, PASSWORD)
        self.send(client)
        self.assert_delivered("ESMTPSA")

    def test_each_mechanism_with_and_without_an_initial_response(self):
        for method in ("auth_plain", "auth_login"):
            for initial in (True, False):
                with self.subTest(method=method, initial=initial):
                    client = self.starttls()
                    client.ehlo()
                    client.user, client.password = USER, PASSWORD
                    name = method.removeprefix("auth_").upper()
                    code, _ = client.auth(name, getattr(client, method),
                                          initial_response_ok=initial)
                    self.assertEqual(code, 235)

    def test_behind_starttls_the_extensions_are_others(self):
        client = self.enterContext(smtplib.SMTP(HOST, self.port("starttls"), timeout=30))
        client.ehlo()
        self.assertTrue(client.has_extn("starttls"))
        self.assertFalse(client.has_extn("auth"))
        client.starttls(context=context(self.authority))
        client.ehlo()
        self.assertFalse(client.has_extn("starttls"))
        self.assertIn("PLAIN", client.esmtp_features["auth"].split())

    def test_several_messages_in_one_session(self):
        client = self.starttls()
        client.login(USER, PASSWORD)
        for _ in range(5):
            self.send(client)
        new = set(mail_files.delivered(self.server.mail)) - self.known
        self.assertEqual(len(new), 5)

    def test_a_wrong_password_and_then_the_right_one(self):
        client = self.starttls()
        with self.assertRaises(smtplib.SMTPAuthenticationError) as caught:
            client.login(USER, "wrong")
        self.assertEqual(caught.exception.smtp_code, 535)
        client.login(USER, PASSWORD)
        self.send(client)
        self.assert_delivered("ESMTPSA")

    def test_the_address_of_another(self):
        client = self.starttls()
        client.login(USER, PASSWORD)
        with self.assertRaises(smtplib.SMTPSenderRefused) as caught:
            client.sendmail("bob@local.test", [RECIPIENT], TEXT)
        self.assertEqual(caught.exception.smtp_code, 550)
        self.assert_nothing_delivered()

    def test_a_certificate_that_nobody_trusts(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.starttls(authority=self.stranger)

    def test_with_a_client_certificate(self):
        client = self.starttls("mx", own=self.client)
        self.send(client)
        self.assert_delivered("ESMTPS")


if __name__ == "__main__":
    unittest.main()
