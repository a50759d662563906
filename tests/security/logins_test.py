"""Floods of wrong logins: they cost bounded work, and users get in all the same.

A trusted peer makes the addresses, by headers of the PROXY protocol (version 1 and 2 by turns).
"""

import subprocess
import tempfile
import unittest
from pathlib import Path

from login_client import log_in_by_plain, log_in_by_scram, proxy_header
from quoth_process import binary
from roles_case import PASSWORD, plain
from security_case import SecurityCase, events
from waiting import wait_until

FAILURES = 5
SECONDS = 30
HOME, ATTACKER, ELSEWHERE = "198.51.100.7", "203.0.113.7", "192.0.2.7"
MEBIBYTE = 1 << 20


class WrongLogins(SecurityCase):
    """`auth.failures`, and the bound on how many passwords are looked at."""

    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-logins-")))
        for user in ("ann", "bob"):
            subprocess.run([binary(), "passwd", "add", user, "--file", folder / "users", "--cost",
                            "1"], input=PASSWORD, check=True, timeout=SECONDS,
                           capture_output=True)
        auth = {"users": str(folder / "users"), "clear_text": True, "failures": FAILURES}
        self.server = self.serve_with(listener={
            "tls": "off", "auth": auth, "trust": {"proxy": ["127.0.0.1"]}})
        self.count = 0

    def from_address(self, address):
        """A client there that has said EHLO."""
        self.count += 1
        wire = self.connect(self.server)
        wire.send(proxy_header(address, 1 + self.count % 2))
        wire.greet()
        return wire

    def log_in(self, address, user=b"ann", password=PASSWORD, way=log_in_by_plain):
        with self.from_address(address) as wire:
            return way(wire, user, password)

    def begin_wrong(self, addresses):
        """Wrong logins from all of them, whose replies nobody has read yet."""
        wires = [self.from_address(address) for address in addresses]
        for number, wire in enumerate(wires):
            user = b"ann" if number % 2 else b"nobody%d" % number
            wire.send(plain(user, b"wrong") + b"\r\n")
        return wires

    def test_right_ones_get_in_meanwhile(self):
        """By PLAIN who has before; by SCRAM, which costs us nothing, who never has."""
        self.assert_code(self.log_in(HOME), 235)
        before = self.server.peak_rss_bytes()
        wires = self.begin_wrong(f"10.{number}.0.1" for number in range(200))
        self.assert_code(self.log_in(HOME), 235)
        self.assert_code(self.log_in(HOME, b"bob"), 235)
        self.assert_code(self.log_in(ELSEWHERE, way=log_in_by_scram), 235)
        self.assertLessEqual({wire.reply().code for wire in wires}, {535, 454})
        self.assert_memory_flat(self.server, before, 40 * MEBIBYTE)
        self.assert_code(self.log_in("192.0.2.99", b"bob"), 235)

    def test_one_network_is_stopped_and_nobody_else(self):
        """Also not the user whose password was guessed at, where he is."""
        self.assert_code(self.log_in(HOME), 235)
        codes = [self.log_in(ATTACKER, password=b"wrong").code for _ in range(FAILURES)]
        self.assertEqual(codes, [535] * FAILURES)
        for way in (log_in_by_plain, log_in_by_scram):
            self.assert_code(self.log_in(ATTACKER, way=way), 421, "4.7.0")
        self.assert_code(self.log_in(HOME), 235)
        self.assert_code(self.log_in(ELSEWHERE), 235)
        self.assert_code(self.log_in(ELSEWHERE, way=log_in_by_scram), 235)

    def test_wrong_ones_are_in_the_log_without_the_password(self):
        self.assert_code(self.log_in(ATTACKER, password=b"open sesame"), 535)
        wait_until(lambda: events(self.server, "session.ended"), SECONDS, "the end in the log")
        self.assertIn(ATTACKER, self.server.log())
        self.assertNotIn("sesame", self.server.log())


if __name__ == "__main__":
    unittest.main()
