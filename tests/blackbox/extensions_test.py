"""Extensions that a configuration switches on and off, and SMTPUTF8 from end to end."""

import smtplib
import unittest
from email.message import EmailMessage

import mail_files
from quoth_case import MESSAGE, USER, QuothCase
from quoth_process import configuration

USUAL = {"PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "BINARYMIME",
         "SMTPUTF8", "LIMITS", "HELP", "VRFY"}


class ExtensionsCase(QuothCase):
    def with_extensions(self, **extensions):
        """A session with a server that has `extensions` in its configuration."""
        config = configuration("mail")
        config["listener"][0]["extensions"] = extensions
        self.server = self.serve(config=config)
        return self.session(self.server)

    def keywords(self, wire):
        return {line.split()[0] for line in wire.expect(250, b"EHLO a").lines[1:]}


class Configured(ExtensionsCase):
    def test_as_usual(self):
        self.assertEqual(self.keywords(self.session(self.serve())), USUAL)

    def test_dsn_on_and_chunking_off(self):
        wire = self.with_extensions(dsn=True, chunking=False)
        self.assertEqual(self.keywords(wire) - USUAL, {"DSN"})
        self.assertNotIn("CHUNKING", self.keywords(wire))
        self.assertNotIn("BINARYMIME", self.keywords(wire))
        wire.expect(250, b"MAIL FROM:<> RET=FULL ENVID=x")
        wire.expect(250, b"RCPT TO:<" + USER + b"> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+40b")
        self.assert_code(wire.command(b"BDAT 4 LAST"), 500)

    def test_parameters_of_what_is_not_offered(self):
        """RFC 5321 §4.1.1.11: 555."""
        wire = self.session(self.serve())
        for parameter in (b"RET=FULL", b"ENVID=x", b"BY=120;R", b"MT-PRIORITY=3", b"HOLDFOR=60",
                          b"REQUIRETLS", b"AUTH=<>", b"X=1"):
            with self.subTest(parameter=parameter):
                self.assert_code(wire.command(b"MAIL FROM:<> " + parameter), 555, "5.5.4")
        wire.begin([])
        for parameter in (b"NOTIFY=NEVER", b"ORCPT=rfc822;a", b"RRVS=2014-04-03T23:01:00Z"):
            with self.subTest(parameter=parameter):
                line = b"RCPT TO:<" + USER + b"> " + parameter
                self.assert_code(wire.command(line), 555, "5.5.4")

    def test_parameters_of_what_was_switched_off(self):
        wire = self.with_extensions(**{"size": False, "8bitmime": False, "binarymime": False,
                                       "smtputf8": False, "limits": False, "pipelining": False})
        self.assertEqual(self.keywords(wire), {"ENHANCEDSTATUSCODES", "CHUNKING", "HELP", "VRFY"})
        for parameter in (b"SIZE=1", b"BODY=8BITMIME", b"BODY=BINARYMIME", b"SMTPUTF8"):
            with self.subTest(parameter=parameter):
                self.assert_code(wire.command(b"MAIL FROM:<> " + parameter), 555, "5.5.4")
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_values_that_are_at_the_limit_and_past_it(self):
        wire = self.with_extensions(**{"deliverby": True, "mt-priority": True, "rrvs": True})
        for parameter, code in ((b"BY=120;R", 250), (b"BY=-1;R", 501), (b"MT-PRIORITY=9", 250),
                                (b"MT-PRIORITY=10", 501)):
            with self.subTest(parameter=parameter):
                self.assert_code(wire.command(b"MAIL FROM:<> " + parameter), code)
                wire.expect(250, b"RSET")
        wire.begin([])
        for parameter, code in ((b"RRVS=2014-04-03T23:01:00Z", 250), (b"RRVS=1234", 501)):
            with self.subTest(parameter=parameter):
                line = b"RCPT TO:<" + USER + b"> " + parameter
                self.assert_code(wire.command(line), code)


class Utf8(QuothCase):
    """A domain that is configured as it is written; its folder is its A-label (RFC 6531)."""

    DOMAIN, A_LABEL = "bücher.example", "xn--bcher-kva.example"

    def setUp(self):
        config = configuration("mail")
        config["listener"][0]["accept"] = [self.DOMAIN]
        config["recipients"] = {self.DOMAIN: ["jürgen", "user*"]}
        self.server = self.serve(config=config)

    def only_file(self):
        [file] = mail_files.delivered(self.server.mail)
        self.assertEqual(file.relative_to(self.server.mail).parts[0], self.A_LABEL)
        return file

    def own_fields(self):
        """The fields that the server wrote, unfolded."""
        return b" ".join(mail_files.split(self.only_file().read_bytes())[0].split())

    def test_from_end_to_end(self):
        message = "Subject: Grüße\r\nFrom: jürgen@bücher.example\r\n\r\n你好\r\n".encode()
        wire = self.session(self.server)
        wire.expect(250, "MAIL FROM:<märta@bücher.example> SMTPUTF8 BODY=8BITMIME".encode())
        wire.expect(250, "RCPT TO:<jürgen@BÜCHER.example>".encode())
        wire.expect(354, b"DATA")
        wire.send(message + b".\r\n")
        wire.expect(250)
        self.assertEqual(mail_files.restored(self.only_file()), message)
        self.assertRegex(self.own_fields(), rb" with UTF8SMTP[ ;]")

    def test_the_a_label_is_the_same_domain(self):
        """It needs no SMTPUTF8, and the trace field says so (RFC 6531 §4.3)."""
        wire = self.session(self.server)
        self.assert_code(wire.deliver(MESSAGE, [b"user@XN--BCHER-KVA.example"]), 250)
        self.assertRegex(self.own_fields(), rb" with ESMTP[ ;]")

    def test_who_does_not_exist(self):
        wire = self.session(self.server)
        wire.expect(250, b"MAIL FROM:<> SMTPUTF8")
        for local in ("jurgen", "ju\u0308rgen", "ｕser"):
            with self.subTest(local=local):
                line = f"RCPT TO:<{local}@{self.DOMAIN}>".encode()
                self.assert_code(wire.command(line), 550, "5.1.1")

    def test_without_smtputf8(self):
        """RFC 6531 §3.5"""
        wire = self.session(self.server)
        self.assert_code(wire.command("MAIL FROM:<märta@bücher.example>".encode()), 553, "5.6.7")
        wire.begin([])
        self.assert_code(wire.command("RCPT TO:<jürgen@bücher.example>".encode()), 553, "5.6.7")

    def test_smtplib(self):
        message = EmailMessage()
        message["From"], message["To"] = "märta@client.test", f"jürgen@{self.DOMAIN}"
        message["Subject"] = "Grüße"
        message.set_content("Ein Text: äöü\n")
        with smtplib.SMTP(self.server.host, self.server.port, "client.test") as client:
            self.assertEqual(client.send_message(message), {})
        stored = mail_files.restored(self.only_file())
        self.assertIn("To: jürgen@bücher.example\r\n".encode(), stored)
        self.assertRegex(self.own_fields(), rb" with UTF8SMTP[ ;]")


if __name__ == "__main__":
    unittest.main()
