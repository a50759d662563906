"""GNU SASL's client logs in by each mechanism, with the right password and with a wrong one. It
verifies the server's certificate, and binds SCRAM-…-PLUS to the connection."""

import subprocess
import unittest

from log_lines import events
from login_case import HOST, PASSWORD, PEER_SECONDS, USER, LoginCase
from peer_case import required

PLAIN_TEXT = ("PLAIN", "LOGIN")
SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256")
PLUS = tuple(f"{name}-PLUS" for name in SCRAM)
MECHANISMS = PLAIN_TEXT + SCRAM + PLUS
TLS_1_2 = "--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2"


class Gsasl(LoginCase):
    def log_in_by_tls(self, mechanism, **options):
        """A client that has channel binding uses SCRAM without it only if it is told to."""
        no_binding = ("--no-cb",) if mechanism in SCRAM else ()
        return self.log_in(mechanism, "--starttls", *no_binding, **options)

    def log_in(self, mechanism, *options, listener="starttls", user=USER, password=PASSWORD,
               authority=None):
        """What a client says and hears that wants this mechanism and no other."""
        trusted = (authority or self.authority).certificate
        command = [required("gsasl", "gsasl"), "--client", "--smtp",
                   f"--connect={HOST}:{self.port(listener)}", f"--mechanism={mechanism}",
                   f"--authentication-id={user}", f"--password={password}",
                   f"--x509-ca-file={trusted}", "--verbose", *options]
        # It would read what to send behind the login, and there is nothing.
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PEER_SECONDS, check=False)

    def assert_in(self, done):
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        self.assertIn("235 2.7.0", said)

    def assert_refused(self, done):
        said = done.stdout + done.stderr
        self.assertNotEqual(done.returncode, 0, said)
        self.assertIn("535 5.7.8", said)
        self.assertNotIn("235 ", said)

    def test_each_mechanism(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_in(self.log_in_by_tls(mechanism))
                self.assertEqual(events(self.server, "login")[-1]["mech"], mechanism)

    def test_a_wrong_password_and_then_the_right_one(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_refused(self.log_in_by_tls(mechanism, password="wrong"))
                self.assert_in(self.log_in_by_tls(mechanism))

    def test_nobody(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_refused(self.log_in_by_tls(mechanism, user=f"no-{mechanism}"))

    def test_tls_1_2(self):
        for mechanism in PLAIN_TEXT + SCRAM:
            with self.subTest(mechanism):
                self.assert_in(self.log_in(mechanism, "--starttls", TLS_1_2, "--no-cb"))
                self.assertEqual(events(self.server, "login")[-1]["tls"], "TLSv1.2")

    def test_scram_without_tls(self):
        """It shows no password, so it would do in the clear anyway."""
        for mechanism in SCRAM:
            with self.subTest(mechanism):
                self.assert_in(self.log_in(mechanism, "--no-starttls", listener="clear"))

    def test_by_certificate(self):
        """EXTERNAL (RFC 4422 Appendix A): the certificate says who it is."""
        pair = (f"--x509-cert-file={self.client.certificate}", f"--x509-key-file={self.client.key}")
        self.assert_in(self.log_in("EXTERNAL", "--starttls", *pair, f"--authorization-id={USER}"))
        self.assertEqual(events(self.server, "login")[-1]["user"], USER)

    def test_a_certificate_that_the_client_does_not_trust(self):
        """The control: it does verify, and no password leaves it."""
        before = len(events(self.server, "login"))
        done = self.log_in("PLAIN", "--starttls", authority=self.stranger)
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(events(self.server, "login")), before)


if __name__ == "__main__":
    unittest.main()
