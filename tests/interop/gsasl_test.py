"""GNU SASL's client logs in by each mechanism, with the right password and with a wrong one.

It runs against a server that is there already:

    QUOTH_ADDRESS=127.0.0.1:2525 QUOTH_LOGIN=user QUOTH_PASSWORD=pencil \\
        PYTHONPATH=tests/blackbox:tests/interop python3 tests/interop/gsasl_test.py

The server has to offer STARTTLS and all of MECHANISMS, and to know that user.
"""

import os
import subprocess
import unittest

from peer_case import PEER_SECONDS, required

PLAIN_TEXT = ("PLAIN", "LOGIN")
SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256")
PLUS = tuple(f"{name}-PLUS" for name in SCRAM)
MECHANISMS = PLAIN_TEXT + SCRAM + PLUS


class Gsasl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.address = os.environ["QUOTH_ADDRESS"]
        cls.user = os.environ["QUOTH_LOGIN"]
        cls.password = os.environ["QUOTH_PASSWORD"]

    def log_in(self, mechanism, *options, user=None, password=None):
        """What a client does that wants this mechanism and no other. Its certificate checks are
        off, since the server's certificate is made for the test."""
        command = [required("gsasl", "gsasl"), "--client", "--smtp", f"--connect={self.address}",
                   f"--mechanism={mechanism}", f"--authentication-id={user or self.user}",
                   f"--password={password or self.password}", "--x509-ca-file=", "--verbose",
                   *options]
        # It would read what to send behind the login, and there is nothing.
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PEER_SECONDS)

    def assert_in(self, done):
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        self.assertIn("235 2.7.0", said)

    def assert_refused(self, done):
        said = done.stdout + done.stderr
        self.assertNotEqual(done.returncode, 0, said)
        self.assertIn("535 5.7.8", said)
        self.assertNotIn("235 ", said)

    def test_the_right_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_in(self.log_in(mechanism, "--starttls"))

    def test_a_wrong_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_refused(self.log_in(mechanism, "--starttls", password="wrong"))

    def test_nobody(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.assert_refused(self.log_in(mechanism, "--starttls", user="nobody-of-ours"))

    def test_scram_without_tls(self):
        """SCRAM shows no password, so it is offered in the clear as well."""
        for mechanism in SCRAM:
            with self.subTest(mechanism):
                self.assert_in(self.log_in(mechanism, "--no-starttls"))

    def test_a_client_that_would_bind_and_does_not(self):
        """It says "n": that is its own choice, and no sign of somebody in between."""
        self.assert_in(self.log_in("SCRAM-SHA-256", "--starttls", "--no-cb"))


if __name__ == "__main__":
    unittest.main()
