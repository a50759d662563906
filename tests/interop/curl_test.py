"""curl delivers through `quoth serve`."""

import tempfile
import unittest
from pathlib import Path

from log_lines import events
from login_case import HOST, PASSWORD, RECIPIENT, SENDER, TEXT, USER, LoginCase
from peer_case import PLAIN, PeerTests, StoredMail, required, run_peer


class Curl(PeerTests, StoredMail):
    def send(self, sender, recipients, content):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "message"
            file.write_bytes(content)
            self.upload(sender, recipients, str(file))

    def upload(self, sender, recipients, source, stdin=b""):
        to = [word for recipient in recipients for word in ("--mail-rcpt", recipient)]
        run_peer([required("curl", "curl"), "--silent", "--show-error", "--noproxy", "*",
                  f"smtp://{self.proxy.host}:{self.proxy.port}/curl.client.test",
                  "--mail-from", sender, *to, "--upload-file", source], stdin)

    def test_from_a_pipe_of_unknown_size(self):
        self.upload("sender@client.test", ["user1@local.test"], "-", PLAIN)
        self.check_stored("sender@client.test", ["user1@local.test"], PLAIN)


class CurlLogin(LoginCase):
    """smtp:// with STARTTLS and smtps://, and every mechanism that curl has."""

    def send(self, url, *options, authority=None):
        authority = authority or self.authority
        return run_peer([required("curl", "curl"), "--silent", "--show-error", "--verbose",
                         "--noproxy", "*", url, "--cacert", str(authority.certificate),
                         "--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", "-",
                         *options], TEXT).stderr.decode()

    def url(self, listener):
        scheme = "smtps" if listener == "implicit" else "smtp"
        return f"{scheme}://{HOST}:{self.port(listener)}/curl.client.test"

    def login(self, mechanism, password=PASSWORD):
        return ("--user", f"{USER}:{password}", "--login-options", f"AUTH={mechanism}")

    def test_starttls(self):
        for mechanism in ("PLAIN", "LOGIN"):
            for initial in ((), ("--sasl-ir",)):
                with self.subTest(mechanism=mechanism, initial=initial):
                    self.setUp()
                    self.send(self.url("starttls"), "--ssl-reqd", *initial, *self.login(mechanism))
                    self.assert_delivered("ESMTPSA")

    def test_tls_from_the_first_octet(self):
        self.send(self.url("implicit"), *self.login("PLAIN"))
        self.assert_delivered("ESMTPSA")

    def test_scram(self):
        """Where curl was built with GNU SASL; Debian 12's was not."""
        if b"gsasl" not in run_peer([required("curl", "curl"), "--version"]).stdout.lower():
            self.skipTest("this curl has no SCRAM")
        for mechanism in ("SCRAM-SHA-1", "SCRAM-SHA-256"):
            with self.subTest(mechanism):
                self.setUp()
                self.send(self.url("starttls"), "--ssl-reqd", *self.login(mechanism))
                self.assert_delivered("ESMTPSA")
                self.assertEqual(events(self.server, "login")[-1]["mech"], mechanism)

    def test_the_best_that_both_have(self):
        self.send(self.url("starttls"), "--ssl-reqd", "--user", f"{USER}:{PASSWORD}")
        self.assert_delivered("ESMTPSA")

    def test_by_certificate(self):
        self.send(self.url("starttls"), "--ssl-reqd", "--user", f"{USER}:", "--login-options",
                  "AUTH=EXTERNAL", "--cert", str(self.client.certificate), "--key",
                  str(self.client.key))
        self.assert_delivered("ESMTPSA")
        self.assertEqual(events(self.server, "login")[-1]["mech"], "EXTERNAL")

    def test_without_a_login(self):
        self.send(self.url("mx"), "--ssl-reqd")
        self.assert_delivered("ESMTPS")

    def test_what_fails(self):
        """The controls: a wrong password, no login, no TLS, a certificate that nobody trusts."""
        for options, authority, why in (
                (("--ssl-reqd", *self.login("PLAIN", "wrong")), None, "535"),
                (("--ssl-reqd",), None, "530"),
                ((), None, "530"),
                (("--ssl-reqd", *self.login("PLAIN")), self.stranger, "certificate")):
            with self.subTest(why):
                with self.assertRaisesRegex(AssertionError, why):
                    self.send(self.url("starttls"), *options, authority=authority)
        self.assert_nothing_delivered()


if __name__ == "__main__":
    unittest.main()
