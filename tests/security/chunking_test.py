"""BDAT: one state machine frames DATA and chunks, and its sizes are checked numbers."""

import unittest

import mail_files
from quoth_case import MEBIBYTE, MESSAGE, USER
from security_case import SecurityCase

PAYLOAD = b"a\r\n.\r\nMAIL FROM:<evil@client.test>\r\nRCPT TO:<userevil@local.test>\r\nQUIT\r\n"


def chunk(octets, last=False):
    return b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets


class ChunkingCase(SecurityCase):
    def setUp(self):
        self.server = self.serve_with()
        self.wire = self.session(self.server)

    def codes(self, count):
        return [self.wire.reply().code for _ in range(count)]

    def send(self, octets, codes):
        """Sends all in one write; the replies have these codes, and none follows."""
        self.wire.send(octets)
        self.assertEqual(self.codes(len(codes)), codes)
        self.wire.still_usable()


class BdatUseAfterFree(ChunkingCase):
    """CVE-2017-16943 (Exim): BDAT where it does not belong, then more of the session."""

    def test_after_a_failed_data(self):
        self.wire.begin([])
        self.send(b"DATA\r\n" + chunk(b"QUIT\r\n") + chunk(b"QUIT\r\n", last=True), [503, 503, 503])
        self.wire.expect(250, b"RCPT TO:<" + USER + b">")
        self.send(chunk(MESSAGE, last=True), [250])
        self.assertEqual(self.stored(self.server), [MESSAGE])

    def test_data_after_bdat(self):
        self.wire.begin([USER])
        self.send(chunk(MESSAGE) + b"DATA\r\n" + chunk(b"x\r\n", last=True), [250, 503, 250])
        self.assertEqual(self.stored(self.server), [MESSAGE + b"x\r\n"])

    def test_before_mail_before_rcpt_and_behind_the_last(self):
        self.send(chunk(b"QUIT\r\n", last=True), [503])
        self.wire.begin([])
        self.send(chunk(b"QUIT\r\n", last=True), [503])
        self.wire.expect(250, b"RSET")
        self.wire.begin([USER])
        self.send(chunk(MESSAGE, last=True) + chunk(b"QUIT\r\n", last=True), [250, 503])
        self.assertEqual(self.stored(self.server), [MESSAGE])

    def test_a_long_line_where_a_command_was_due(self):
        """The exploit's form: BDAT, then megabytes that are no command."""
        self.wire.begin([USER])
        self.send(b"BDAT 1\r\nB" + b"x" * 50000 + b"\r\n" + chunk(b"\r\n", last=True),
                  [250, 500, 250])
        self.assertEqual(self.stored(self.server), [b"B\r\n"])


class BdatDotLoop(ChunkingCase):
    """CVE-2017-16944 (Exim): a dot within a chunk ends nothing, and `BDAT 0` never hangs."""

    def test_a_dot_at_every_place_of_a_chunk(self):
        for text in (b".", b".\r\n", b"\r\n.\r\n", b"a\r\n.\r\nb\r\n", b"..\r\n", b"\r\n..\r\n"):
            with self.subTest(text=text):
                before = set(mail_files.delivered(self.server.mail))
                self.wire.begin([USER])
                self.send(chunk(text) + chunk(b"\r\n", last=True), [250, 250])
                new = set(mail_files.delivered(self.server.mail)) - before
                self.assertEqual([mail_files.restored(file) for file in new], [text + b"\r\n"])

    def test_empty_chunks(self):
        self.wire.begin([USER])
        self.send(b"BDAT 0\r\n" * 3 + chunk(MESSAGE) + b"BDAT 0 LAST\r\n", [250] * 5)
        self.assertEqual(self.stored(self.server), [MESSAGE])

    def test_an_empty_message(self):
        self.wire.begin([USER])
        self.send(b"BDAT 0 LAST\r\n", [250])
        self.assertEqual(self.stored(self.server), [b""])


class BdatSize(ChunkingCase):
    """21Nails (CVE-2020-28018 and others): sizes that overflow a number."""

    def test_no_number(self):
        for size in (b"18446744073709551616", b"9" * 40, b"-1", b"0x10", b"1e3", b"+1", b"", b"1 2",
                     b"\xd9\xa1"):
            with self.subTest(size=size), self.server.session() as wire:
                wire.begin([USER])
                self.assert_code(wire.command(b"BDAT " + size + b" LAST"), 501)
                wire.expect_closed()
        self.assert_nothing_stored(self.server)

    def test_the_largest_numbers(self):
        """2^64-1 and its neighbours are numbers, and too large: refused at once, then closed."""
        for size in (2 ** 63 - 1, 2 ** 63, 2 ** 64 - 2, 2 ** 64 - 1):
            with self.subTest(size=size), self.server.session() as wire:
                wire.begin([USER])
                self.assert_code(wire.command(b"BDAT %d" % size), 552, "5.3.4")
                wire.expect_closed()
        self.assert_defence(self.server, "long_refused", 4)
        self.assert_serves(self.server)

    def test_sum_that_overflows(self):
        self.wire.begin([USER])
        self.send(chunk(MESSAGE), [250])
        self.assert_code(self.wire.command(b"BDAT %d LAST" % (2 ** 64 - 1)), 552)
        self.wire.expect_closed()
        self.assert_nothing_stored(self.server)

    def test_larger_than_the_message_may_be(self):
        server = self.serve_with(limits={"message_size": "1 MiB", "discarded_size": "2 MiB"})
        for past, code in ((0, 250), (1, 552)):
            with self.subTest(past=past), server.session() as wire:
                wire.begin([USER])
                wire.send(chunk((b"x" * 62 + b"\r\n") * (MEBIBYTE // 64) + b"y" * past, last=True))
                self.assert_code(wire.reply(), code)
                wire.still_usable()
        self.assertEqual(len(mail_files.delivered(server.mail)), 1)
        self.assert_no_defence(server)


class BdatSmuggling(ChunkingCase):
    """Commands within a chunk are text, also of a chunk that nobody wants (RFC 3030 §2)."""

    def test_in_a_chunk_that_is_wanted(self):
        self.wire.begin([USER])
        self.send(chunk(PAYLOAD, last=True), [250])
        self.assertEqual(self.stored(self.server), [PAYLOAD])

    def test_in_chunks_that_are_not(self):
        self.send(chunk(PAYLOAD) + chunk(PAYLOAD, last=True), [503, 503])
        self.assert_nothing_stored(self.server)

    def test_behind_an_error_of_the_first_chunk(self):
        """The second chunk was on its way: the sides stay in step."""
        self.wire.begin([USER])
        self.send(chunk(b"bare\nLF") + chunk(PAYLOAD, last=True), [554, 503])
        self.assert_nothing_stored(self.server)
        self.assert_code(self.wire.deliver(MESSAGE, [USER]), 250)

    def test_last_in_the_middle_of_a_group(self):
        self.wire.send(b"MAIL FROM:<>\r\nRCPT TO:<user1@local.test>\r\n" + chunk(PAYLOAD, last=True)
                       + b"MAIL FROM:<>\r\nRCPT TO:<user2@local.test>\r\n"
                       + chunk(MESSAGE) + b"RSET\r\nNOOP\r\n" + chunk(MESSAGE, last=True)
                       + b"QUIT\r\n")
        codes = [reply.code for reply in self.wire.replies_until_closed()]
        self.assertEqual(codes, [250, 250, 250, 250, 250, 250, 250, 250, 503, 221])
        self.assertEqual(self.stored(self.server), [PAYLOAD])

    def test_one_octet_less_and_one_more_than_announced(self):
        """The control: what is counted wrongly is a command, or text."""
        self.wire.begin([USER])
        self.wire.send(b"BDAT %d LAST\r\n" % (len(MESSAGE) - 2) + MESSAGE)
        self.assertEqual(self.codes(2), [250, 500])
        self.wire.begin([USER])
        self.wire.send(b"BDAT %d LAST\r\n" % (len(MESSAGE) + 1) + MESSAGE + b"NOOP\r\nNOOP\r\n")
        self.assertEqual(self.codes(3), [250, 500, 250])


if __name__ == "__main__":
    unittest.main()
