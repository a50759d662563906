"""SMTP smuggling (CVE-2023-51764, -51765, -51766): only CRLF.CRLF makes two messages of one."""

import itertools
import unittest

import mail_files
from quoth_case import QuothCase
from quoth_process import QuothServer

ENDS = {"CRLF": b"\r\n", "LF": b"\n", "CR": b"\r", "CRCRLF": b"\r\r\n", "NUL": b"\0"}
PAIRS = [pair for pair in itertools.product(ENDS, ENDS) if pair != ("CRLF", "CRLF")]
BODY = b"Subject: a\r\n\r\nbody"
SMUGGLED = (b"MAIL FROM:<evil@client.test>\r\nRCPT TO:<userevil@local.test>\r\nDATA\r\n"
            b"Subject: evil\r\n\r\nsmuggled\r\n.\r\n")


class Smuggling(QuothCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.enterClassContext(QuothServer())

    def attack(self, parts):
        """Sends the parts as single writes after a 354; returns all replies."""
        with self.server.session() as wire:
            wire.begin_data([b"user@local.test"])
            for part in parts:
                wire.send(part)
            wire.try_send(b"QUIT\r\n")
            return wire.replies_until_closed()

    def check(self, parts):
        before = len(mail_files.delivered(self.server.mail))
        replies = self.attack(parts)
        stored = len(mail_files.delivered(self.server.mail)) - before
        told = [str(reply) for reply in replies]
        self.assertLessEqual(stored, 1, told)
        self.assertTrue(stored == 1 or any(reply.code // 100 == 5 for reply in replies), told)
        queued = sum("queued as" in reply.text for reply in replies)
        self.assertEqual(queued, stored, told)

    def test_all_pairs_in_one_write(self):
        for before, after in PAIRS:
            with self.subTest(before=before, after=after):
                self.check([BODY + ENDS[before] + b"." + ENDS[after] + SMUGGLED])

    def test_all_pairs_cut_around_the_dot(self):
        for before, after in PAIRS:
            with self.subTest(before=before, after=after):
                self.check([BODY, ENDS[before], b".", ENDS[after], SMUGGLED])

    def test_all_pairs_octet_by_octet(self):
        for before, after in PAIRS:
            with self.subTest(before=before, after=after):
                text = BODY + ENDS[before] + b"." + ENDS[after] + SMUGGLED
                self.check([bytes([octet]) for octet in text])

    def test_pairs_at_the_very_start_of_the_data(self):
        for after in ("LF", "CR", "CRCRLF", "NUL"):
            with self.subTest(after=after):
                self.check([b"." + ENDS[after] + SMUGGLED])

    def test_doubled_dots_are_no_end(self):
        for line in (b"..", b". ", b".\t", b".\x85", b".\x0b", b" ."):
            with self.subTest(line=line):
                self.check([BODY + b"\r\n" + line + b"\r\n" + SMUGGLED])

    def test_the_true_end_makes_two_messages(self):
        """The control: after CRLF.CRLF the same octets are a second transaction."""
        before = len(mail_files.delivered(self.server.mail))
        self.attack([BODY + b"\r\n.\r\n" + SMUGGLED])
        self.assertEqual(len(mail_files.delivered(self.server.mail)) - before, 2)


if __name__ == "__main__":
    unittest.main()
