"""SMTP smuggling: whatever stands around the dot, CRLF.CRLF alone makes two messages of one."""

import itertools
import re
import unittest

import mail_files
from quoth_case import USER
from security_case import SecurityCase, events
from waiting import wait_until

ENDS = {
    "CRLF": b"\r\n", "LF": b"\n", "CR": b"\r", "CRCRLF": b"\r\r\n", "LFCR": b"\n\r", "NUL": b"\0",
    "CRNULLF": b"\r\0\n", "NULCRLF": b"\0\r\n", "CRLFNUL": b"\r\n\0", "NEL": b"\xc2\x85",
    "nothing": b"",
}
TRUE_END = b"\r\n.\r\n"
PAIRS = [(before, after) for before, after in itertools.product(ENDS.values(), repeat=2)
         if TRUE_END not in b"x" + before + b"." + after]
HEAD = b"Subject: a\r\n\r\nbody"
SMUGGLED = (b"MAIL FROM:<evil@client.test>\r\nRCPT TO:<userevil@local.test>\r\nDATA\r\n"
            b"Subject: evil\r\n\r\nsmuggled\r\n.\r\n")
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def text_of(octets):
    """The naive reader: the text up to CRLF.CRLF, its dots unstuffed (RFC 5321 §4.5.2)."""
    text = octets[:(b"\r\n" + octets).index(TRUE_END)]
    return re.sub(rb"(\A|\r\n)\.", rb"\1", text)


class Smuggling:
    """Each pair of line ends around the dot, under one policy of the listener."""

    policy = {}
    line_end = b"\n"  # of the delivered file

    def setUp(self):
        self.server = self.serve_with(listener=self.policy)

    def outcome(self, text):
        """(code of the reply, the file's text or None) for a text that is sent as it stands."""
        raise NotImplementedError

    def attack(self, octets, pieces):
        """Sends the octets in so many writes; returns the replies after 354 and the new files."""
        before = set(mail_files.delivered(self.server.mail))
        with self.server.session() as wire:
            wire.begin_data([USER])
            size = max(1, len(octets) // pieces)
            for at in range(0, len(octets), size):
                wire.send(octets[at:at + size])
            wire.send(b"QUIT\r\n")
            replies = wire.replies_until_closed()
        return replies, set(mail_files.delivered(self.server.mail)) - before

    def check(self, octets, pieces):
        code, expected = self.outcome(text_of(octets))
        replies, files = self.attack(octets, pieces)
        self.assertEqual([reply.code for reply in replies], [code, 221])
        self.assertEqual(len(files), 0 if expected is None else 1)
        for file in files:
            octets = file.read_bytes()
            as_stored = b"\n" + expected.replace(b"\r\n", self.line_end)
            self.assertTrue(octets.endswith(as_stored), (octets, as_stored))
            self.assertNotIn(b"userevil", str(file).encode())

    def check_all(self, octets_of, pieces):
        for before, after in PAIRS:
            with self.subTest(before=before, after=after):
                self.check(octets_of(before, after), pieces)
        self.assertNotIn("evil", str([line["to"] for line in events(self.server, "smtp.in")]))

    def test_all_pairs(self):
        self.check_all(lambda before, after: HEAD + before + b"." + after + SMUGGLED, 1)

    def test_all_pairs_octet_by_octet(self):
        self.check_all(lambda before, after: HEAD + before + b"." + after + SMUGGLED, 1000)

    def test_all_pairs_with_a_stuffed_dot(self):
        self.check_all(lambda before, after: HEAD + before + b".." + after + SMUGGLED, 1)

    def test_dot_as_the_first_octet(self):
        for after in ENDS.values():
            if not after.startswith(b"\r\n"):
                with self.subTest(after=after):
                    self.check(b"." + after + SMUGGLED, 1)

    def test_the_true_end(self):
        """The control: behind CRLF.CRLF the same octets are a second transaction."""
        replies, files = self.attack(HEAD + TRUE_END + SMUGGLED, 1)
        self.assertEqual([reply.code for reply in replies], [250, 250, 250, 354, 250, 221])
        self.assertEqual(len(files), 2)
        wait_until(lambda: len(events(self.server, "smtp.in")) == 2, 10, "two lines in the log")


class SmugglingRejected(Smuggling, SecurityCase):
    """CVE-2023-51764 (Postfix), CVE-2023-51765 (Sendmail), CVE-2023-51766 (Exim), VU#302671: as it
    is by default, a message with a bare line end or a NUL is refused."""

    def outcome(self, text):
        return (554, None) if BARE.search(text) or b"\0" in text else (250, text)


class SmugglingNormalised(Smuggling, SecurityCase):
    """CVE-2023-51764 with `line_ends = "normalise"`: bare line ends become CRLF in the text, after
    its end was found."""

    policy = {"line_ends": "normalise", "nul": "pass"}

    def outcome(self, text):
        return 250, BARE.sub(b"\r\n", text)


class SmugglingPassed(Smuggling, SecurityCase):
    """CVE-2023-51764 with `line_ends = "pass"`: all octets are kept, and end nothing. Such
    files have the line ends of the wire."""

    policy = {"line_ends": "pass", "nul": "pass"}
    line_end = b"\r\n"

    def outcome(self, text):
        return 250, text


if __name__ == "__main__":
    unittest.main()
