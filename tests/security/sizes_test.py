"""What is too long or too large is refused at its limit, and held nowhere."""

import unittest

import mail_files
from quoth_case import MEBIBYTE, MESSAGE, USER
from security_case import SecurityCase

KIBIBYTE = 1024
FLAT = 16 * MEBIBYTE
LINE = b"x" * 62 + b"\r\n"


def header_of(octets, line=LINE[:-2]):
    """A header section of exactly so many octets, in fields of at most 64; no empty line behind."""
    field = b"X: " + line[3:] + b"\r\n"
    count, rest = divmod(octets, len(field))
    if 0 < rest < 6:
        count, rest = count - 1, rest + len(field)
    return field * count + (b"Y:" + b"y" * (rest - 4) + b"\r\n" if rest else b"")


class LongLines(SecurityCase):
    """One line of 100 MB (RFC 5321 §4.5.3.1.4, §4.5.3.1.6): memory stays flat."""

    def setUp(self):
        self.server = self.serve_with()

    def flood(self, wire, mebibytes):
        """Sends that many MiB without a line end; how many of them were taken."""
        block = b"x" * MEBIBYTE
        return sum(wire.try_send(block) for _ in range(mebibytes))

    def test_as_a_command(self):
        before = self.server.rss_bytes()
        wire = self.session(self.server)
        self.assertLess(self.flood(wire, 100), 100)
        self.assertLessEqual({reply.code for reply in wire.replies_until_closed()}, {500})
        self.assert_memory_flat(self.server, before, FLAT)
        self.assert_defence(self.server, "long_line")
        self.assert_serves(self.server)

    def test_in_a_message(self):
        before = self.server.rss_bytes()
        wire = self.session(self.server)
        wire.begin_data([USER])
        self.assertEqual(self.flood(wire, 100), 100)
        wire.send(b"\r\n.\r\n")
        self.assert_refused(wire.reply())
        wire.still_usable()
        self.assert_memory_flat(self.server, before, FLAT)
        self.assert_nothing_stored(self.server)

    def test_in_a_message_where_they_pass(self):
        """`long_lines = "pass"`: 40 MiB in one line are written as they come."""
        server = self.serve_with(listener={"long_lines": "pass"})
        before = server.rss_bytes()
        wire = self.session(server)
        wire.begin_data([USER])
        wire.send(b"Subject: x\r\n\r\n")
        self.flood(wire, 40)
        wire.send(b"\r\n.\r\n")
        wire.expect(250)
        self.assert_memory_flat(server, before, FLAT)
        self.assertGreater(self.stored_one(server).stat().st_size, 40 * MEBIBYTE)

    def test_command_at_the_limit_and_one_past_it(self):
        server = self.serve_with(log={"level": "debug"})
        wire = self.session(server)
        wire.expect(250, b"NOOP " + b"x" * 505)
        self.assert_no_defence(server)
        wire.expect(500, b"NOOP " + b"x" * 506)
        wire.still_usable()
        self.assert_defence(server, "long_line")

    def test_text_line_at_the_limit_and_one_past_it(self):
        wire = self.session(self.server)
        good = MESSAGE + b"x" * 998 + b"\r\n"
        self.assert_code(wire.deliver(good, [USER]), 250)
        self.assert_code(wire.deliver(MESSAGE + b"x" * 999 + b"\r\n", [USER]), 500)
        self.assertEqual(self.stored(self.server), [good])


class LongHeader(SecurityCase):
    """A header section without end (Postfix header_size_limit: 100 KiB). Its empty line counts."""

    def check(self, limit, **options):
        server = self.serve_with(**options)
        wire = self.session(server)
        good = header_of(limit - 2) + b"\r\n" + LINE * 10
        self.assert_code(wire.deliver(good, [USER]), 250)
        self.assert_counted(server, "long_header", 0)
        self.assert_code(wire.deliver(header_of(limit - 1) + b"\r\nhi\r\n", [USER]), 552, "5.3.4")
        self.assert_counted(server, "long_header", 1)
        wire.still_usable()
        self.assertEqual(self.stored(server), [good])

    def test_default_of_100_kib(self):
        self.check(100 * KIBIBYTE)

    def test_configured(self):
        self.check(2 * KIBIBYTE, limits={"header_size": "2 KiB"})

    def test_forms(self):
        """Many small fields, one that is folded without end, none at all, and no empty line."""
        server = self.serve_with(limits={"header_size": "2 KiB"})
        wire = self.session(server)
        for header in (b"A:\r\n" * 600, b"A: b\r\n" + b" c\r\n" * 600, b"A: " + b"x" * 900 + b"\r\n"
                       + (b"\t" + b"y" * 900 + b"\r\n") * 2):
            with self.subTest(header=header[:20]):
                self.assert_code(wire.deliver(header + b"\r\nhi\r\n", [USER]), 552, "5.3.4")
                self.assert_code(wire.deliver(header, [USER]), 552, "5.3.4")
        self.assert_nothing_stored(server)

    def test_in_chunks(self):
        """One field in two chunks, at the limit and past it; the log tells it at its level."""
        server = self.serve_with(limits={"header_size": "2 KiB"}, log={"level": "debug"})
        wire = self.session(server)
        for octets, code in ((2 * KIBIBYTE - 2, 250), (2 * KIBIBYTE - 1, 552)):
            header = header_of(octets) + b"\r\n"
            wire.begin([USER])
            wire.send(b"BDAT 1000\r\n" + header[:1000])
            wire.expect(250)
            wire.send(b"BDAT %d LAST\r\n" % (len(header) - 1000) + header[1000:])
            self.assert_code(wire.reply(), code)
        self.assert_defence(server, "long_header")
        self.assertEqual(len(mail_files.delivered(server.mail)), 1)

    def test_a_body_is_no_header(self):
        """The control."""
        server = self.serve_with(limits={"header_size": "2 KiB"})
        wire = self.session(server)
        self.assert_code(wire.deliver(MESSAGE + b"A: b\r\n" * 10000, [USER]), 250)
        self.assert_counted(server, "long_header", 0)


class RefusedThatGoesOn(SecurityCase):
    """A message that is refused already, and does not end: `discarded_size` beyond its limit."""

    LIMITS = {"message_size": "1 MiB", "discarded_size": "1 MiB"}

    def setUp(self):
        self.server = self.serve_with(limits=self.LIMITS)
        self.wire = self.session(self.server)
        self.wire.begin_data([USER])

    def test_at_the_limit(self):
        self.wire.send(LINE * (2 * MEBIBYTE // len(LINE)) + b".\r\n")
        self.assert_code(self.wire.reply(), 552, "5.3.4")
        self.wire.still_usable()
        self.assert_counted(self.server, "long_refused", 0)

    def test_past_it(self):
        self.wire.send(LINE * (2 * MEBIBYTE // len(LINE)))
        self.wire.try_send(LINE * 1000)
        self.assert_code(self.wire.reply(), 552, "5.3.4")
        self.wire.expect_closed()
        self.assert_counted(self.server, "long_refused", 1)
        self.assert_nothing_stored(self.server)
        self.assert_serves(self.server)

    def test_commands_behind_it_are_not_run(self):
        self.wire.send(LINE * (2 * MEBIBYTE // len(LINE)))
        self.wire.try_send(b"y" * 200 + b"\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<" + USER
                           + b">\r\nDATA\r\n" + MESSAGE + b".\r\n")
        self.assertEqual([reply.code for reply in self.wire.replies_until_closed()], [552])
        self.assert_nothing_stored(self.server)


class SizeLies(SecurityCase):
    """SIZE below zero, of 2^64, or less than what comes (RFC 1870 §6): checked arithmetic."""

    def setUp(self):
        self.server = self.serve_with(limits={"message_size": "1 MiB"})
        self.wire = self.session(self.server)

    def test_numbers(self):
        for size, code in ((b"0", 250), (b"1048576", 250), (b"1048577", 552),
                           (b"%d" % (2 ** 63), 552), (b"%d" % (2 ** 64 - 1), 552),
                           (b"%d" % 2 ** 64, 552), (b"9" * 20, 552),
                           (b"1" + b"0" * 20, 501), (b"-1", 501), (b"+1", 501), (b"abc", 501),
                           (b"", 501), (b"1.5", 501), (b"0x10", 501), (b"1 0", 555), (b"1k", 501),
                           ("١".encode(), 501), (b"00000000000000000010", 250)):
            with self.subTest(size=size):
                self.assert_code(self.wire.command(b"MAIL FROM:<> SIZE=" + size), code)
                self.wire.expect(250, b"RSET")

    def test_more_than_was_declared(self):
        self.wire.expect(250, b"MAIL FROM:<> SIZE=1")
        self.wire.expect(250, b"RCPT TO:<" + USER + b">")
        self.wire.expect(354, b"DATA")
        self.wire.send(LINE * (MEBIBYTE // len(LINE)) + b"\r\n.\r\n")
        self.assert_code(self.wire.reply(), 552, "5.3.4")
        self.assert_nothing_stored(self.server)

    def test_at_the_limit(self):
        """The control: exactly the limit is taken."""
        self.wire.expect(250, b"MAIL FROM:<> SIZE=1")
        self.wire.expect(250, b"RCPT TO:<" + USER + b">")
        self.wire.expect(354, b"DATA")
        self.wire.send(b"\r\n" + (LINE * (MEBIBYTE // len(LINE)))[2:] + b".\r\n")
        self.wire.expect(250)
        self.assertEqual(len(mail_files.restored(self.stored_one(self.server))), MEBIBYTE)


if __name__ == "__main__":
    unittest.main()
