"""A submission listener as mail programs meet it (RFC 6409), and the listener for developers."""

import re
import shutil
import subprocess
import unittest
from pathlib import Path

import mail_files
from quoth_case import MESSAGE
from quoth_process import binary
from roles_case import RolesCase, make_certificate, plain, start_tls

EXAMPLE = Path(__file__).parents[2] / "examples" / "quoth.toml"
EX_CONFIG = 78
SECONDS = 30


class Submission(RolesCase):
    def setUp(self):
        self.server = self.serve_roles(submission={
            "senders": {"ann": ["ann@other.test", "*@lists.test"]}})

    def test_nothing_goes_without_tls_and_a_login(self):
        wire = self.to(self.server, "submission")
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")
        self.assert_code(wire.command(plain(b"ann")), 530, "5.7.0")
        extensions = start_tls(wire).text
        self.assertIn("AUTH ", extensions)
        self.assertIn(" PLAIN", extensions)
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")
        self.assert_code(wire.command(plain(b"ann", b"wrong")), 535, "5.7.8")
        wire.expect(235, plain(b"ann"))
        wire.expect(250, b"MAIL FROM:<ann@local.test>")

    def test_a_message_gets_what_it_lacks(self):
        wire = self.logged_in(self.server)
        self.assert_code(wire.deliver(MESSAGE, [b"x@foreign.test"], b"ann@local.test"), 250)
        file, = mail_files.delivered(self.server.mail)
        text = file.read_bytes()
        self.assertRegex(text, rb"(?m)^Date: \w{3}, \d{2} \w{3} \d{4} [\d:]{8} \+0000\r?$")
        self.assertRegex(text, rb"(?m)^Message-ID: <\w+@mx\.local\.test>\r?$")
        self.assertRegex(text, rb"with ESMTPSA")
        self.assertIn("/foreign.test/x/new/", str(file))

    def test_what_is_there_stays(self):
        wire = self.logged_in(self.server)
        message = b"date: Mon, 1 Jan 2001 00:00:00 +0000\r\nmessage-id: <a@b>\r\n" + MESSAGE
        self.assert_code(wire.deliver(message, [b"alice@local.test"], b"ann@local.test"), 250)
        text = mail_files.delivered(self.server.mail)[0].read_bytes()
        self.assertEqual(len(re.findall(rb"(?mi)^(?:date|message-id):", text)), 2)

    def test_each_message_has_an_id_of_its_own(self):
        wire = self.logged_in(self.server)
        for _ in range(3):
            self.assert_code(wire.deliver(MESSAGE, [b"alice@local.test"], b"ann@local.test"), 250)
        ids = {re.search(rb"(?m)^Message-ID: (.*)$", file.read_bytes())[1]
               for file in mail_files.delivered(self.server.mail)}
        self.assertEqual(len(ids), 3)

    def test_a_binary_message_by_bdat(self):
        wire = self.logged_in(self.server)
        wire.begin([b"alice@local.test"], b"ann@local.test")
        wire.send(b"BDAT %d LAST\r\n" % len(MESSAGE) + MESSAGE)
        wire.expect(250)
        self.assertIn(b"Message-ID: <", mail_files.delivered(self.server.mail)[0].read_bytes())

    def test_the_sender_is_the_users_own(self):
        wire = self.logged_in(self.server)
        for sender in (b"ann@local.test", b"ANN@local.test", b"ann@other.test", b"x@lists.test",
                       b""):
            wire.expect(250, b"MAIL FROM:<" + sender + b">")
            wire.expect(250, b"RSET")
        for sender in (b"bob@local.test", b"ann@foreign.test", b"ann@[127.0.0.1]",
                       b"ann%local.test@foreign.test", b'"ann@local.test"@foreign.test',
                       b"@local.test:ann@foreign.test"):
            reply = wire.command(b"MAIL FROM:<" + sender + b">")
            self.assert_code(reply, 550, "5.7.1")
            self.assertIn("not owned by user ann", reply.text)

    def test_a_user_whose_name_is_an_address(self):
        wire = self.logged_in(self.server, b"bob@local.test")
        wire.expect(250, b"MAIL FROM:<bob@local.test>")
        wire.expect(250, b"RSET")
        self.assert_code(wire.command(b"MAIL FROM:<bob@foreign.test>"), 550, "5.7.1")

    def test_recipients_of_our_own_are_known_or_not(self):
        wire = self.logged_in(self.server)
        wire.begin([b"alice@local.test", b"user1@local.test", b"x@foreign.test"], b"ann@local.test")
        self.assert_code(wire.command(b"RCPT TO:<nobody@local.test>"), 550, "5.1.1")
        self.assert_code(wire.command(b"RCPT TO:<x@nowhere.test>"), 550, "5.4.4")

    def test_the_mx_beside_it_knows_no_logins(self):
        wire = self.to(self.server, "mx")
        self.assertEqual(wire.command(plain(b"ann")).code // 100, 5)
        wire.expect(250, b"MAIL FROM:<x@client.test>")
        self.assert_code(wire.command(b"RCPT TO:<x@foreign.test>"), 550, "5.7.1")

    def test_the_log_names_the_user_and_no_password(self):
        wire = self.logged_in(self.server)
        wire.expect(221, b"QUIT")
        self.assertEqual(self.server.stop(), 0)
        self.assertIn('"user":"ann"', self.server.log())
        self.assertNotIn("correct horse", self.server.log())


class FromNetworks(RolesCase):
    def test_a_listed_network_needs_no_login(self):
        server = self.serve_roles(submission={"relay": ["127.0.0.0/8"]})
        wire = self.to(server, "submission")
        start_tls(wire)
        self.assert_code(wire.deliver(MESSAGE, [b"x@foreign.test"], b"printer@any.test"), 250)
        self.assertIn(b"Message-ID: <", mail_files.delivered(server.mail)[0].read_bytes())

    def test_all_others_do(self):
        server = self.serve_roles(submission={"relay": ["192.0.2.0/24"]})
        wire = self.to(server, "submission")
        start_tls(wire)
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")
        wire.expect(235, plain(b"ann"))
        self.assert_code(wire.deliver(MESSAGE, [b"x@foreign.test"], b"ann@local.test"), 250)


class ForDevelopers(RolesCase):
    def setUp(self):
        self.server = self.serve(config={
            "hostname": "mx.local.test",
            "listener": [{"listen": ["127.0.0.1:0"], "role": "dev"}],
            "route": {"*": {"via": "maildir:mail/{domain}/{local}"}}})

    def test_takes_everything_from_everybody(self):
        for secured in (False, True):
            wire = self.session(self.server)
            if secured:
                start_tls(wire)
            wire.expect(235, plain(b"whoever", b"whatever"))
            self.assert_code(wire.deliver(MESSAGE, [b"x@any.test", b"y@where.test"]), 250)
        self.assertEqual(len(mail_files.delivered(self.server.mail)), 4)

    def test_without_a_login_as_well(self):
        self.assert_code(self.session(self.server).deliver(MESSAGE, [b"x@any.test"]), 250)

    def test_offers_what_it_can_do(self):
        wire = self.connect(self.server)
        extensions = wire.greet().lines
        self.assertIn("STARTTLS", extensions)
        self.assertIn("AUTH PLAIN LOGIN", extensions)
        self.assertNotIn("STARTTLS", start_tls(wire).lines)


class CheckConfig(RolesCase):
    def check(self, text):
        file = self.folder() / "quoth.toml"
        file.write_text(text)
        return subprocess.run([binary(), "check-config", file], capture_output=True, text=True,
                              timeout=SECONDS, check=False)

    def test_files_that_are_not_there(self):
        result = self.check('''[[listener]]
role = "submission"
auth = { users = "/none/users" }
[tls]
certificate = "/none/cert.pem"
key = "/none/key.pem"
''')
        self.assertEqual(result.returncode, EX_CONFIG)
        for name in ("listener.auth.users", "tls.certificate", "tls.key"):
            self.assertIn(f"cannot read `{name}`: no such file or directory", result.stderr)

    @unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
    def test_the_example(self):
        """With files that are there it is good, but for the one thing that it says itself."""
        folder = self.folder()
        make_certificate(folder)
        (folder / "users").touch(mode=0o600)
        text = EXAMPLE.read_text().replace("/etc/quoth/tls", str(folder))
        result = self.check(text.replace("/etc/quoth", str(folder)))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("mail that is relayed to `*` is kept in", result.stderr)
        self.assertIn("(0 errors, 1 warning)", result.stderr)
        self.assertRegex(result.stdout, r"SMTP +fd:smtp   mx   STARTTLS   relays nothing ")
        self.assertRegex(result.stdout, r"SMTPS +fd:submissions   submission   TLS   only users ")
        self.assertRegex(result.stdout, r"SMTP +fd:submission   submission   STARTTLS required   ")
        self.assertRegex(result.stdout, r"LMTP +unix:/run/quoth/lmtp.sock   lmtp   no TLS   ")

    def test_a_dev_listener_in_the_open(self):
        result = self.check('[[listener]]\nlisten = "[::]:1025"\nrole = "dev"\n'
                            '[route."*"]\nvia = "maildir:m"\n')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("WARNING  smtpd has role dev, believes everybody", result.stdout)


if __name__ == "__main__":
    unittest.main()
