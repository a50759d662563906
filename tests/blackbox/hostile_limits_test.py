"""Limits: size, errors, connections, recipients, loops. Each at the limit and one past it."""

import unittest

import mail_files
from quoth_case import MEBIBYTE, MESSAGE, USER, QuothCase, subject
from waiting import wait_until

ENOUGH = 200
DISK_SECONDS = 300  # for a thousand Maildirs, each with its own syncs


def of_size(octets):
    """A message of exactly this many octets."""
    head = subject(b"big")
    lines, rest = divmod(octets - len(head), 1000)
    text = b"x" * 998 + b"\r\n"
    tail = b"y" * (rest - 2) + b"\r\n" if rest >= 2 else b""
    message = head + text * lines + tail
    return message if len(message) == octets else of_size(octets - 2)[:-2] + b"zz\r\n"


class MessageSize(QuothCase):
    LIMIT = 2 * MEBIBYTE

    def setUp(self):
        self.server = self.serve(limits={"message_size": "2 MiB"})
        self.wire = self.session(self.server)

    def test_announced(self):
        with self.server.connect() as wire:
            wire.expect(220)
            self.assertIn(f"SIZE {self.LIMIT}", wire.expect(250, b"EHLO a").lines)

    def test_declared(self):
        for size, code in ((self.LIMIT, 250), (self.LIMIT + 1, 552), (10 ** 19, 552), (0, 250)):
            with self.subTest(size=size):
                self.assert_code(self.wire.command(b"MAIL FROM:<> SIZE=%d" % size), code)
                self.wire.expect(250, b"RSET")

    def test_malformed(self):
        for size in (b"abc", b"-1", b"1" * 21, b"", b"1.5", b"0x10", b"1k"):
            with self.subTest(size=size):
                self.assert_code(self.wire.command(b"MAIL FROM:<> SIZE=" + size), 501)

    def test_at_the_limit(self):
        message = of_size(self.LIMIT)
        self.assert_code(self.wire.deliver(message, [USER]), 250)
        self.assertEqual(mail_files.restored(mail_files.delivered(self.server.mail)[0]), message)

    def test_one_past_it(self):
        self.assert_code(self.wire.deliver(of_size(self.LIMIT + 1), [USER]), 552, "5.3.4")
        self.assert_nothing_stored(self.server)
        self.assert_code(self.wire.deliver(MESSAGE, [USER]), 250)

    def test_far_past_it(self):
        before = self.server.rss_bytes()
        self.assert_code(self.wire.deliver(of_size(20 * MEBIBYTE), [USER]), 552, "5.3.4")
        self.assert_memory_flat(self.server, before, 16 * MEBIBYTE)
        self.assert_nothing_stored(self.server)
        self.wire.still_usable()

    def test_a_lie_about_the_size(self):
        self.wire.expect(250, b"MAIL FROM:<> SIZE=10")
        self.wire.expect(250, b"RCPT TO:<" + USER + b">")
        self.wire.expect(354, b"DATA")
        self.wire.send(of_size(self.LIMIT + 1) + b".\r\n")
        self.assert_code(self.wire.reply(), 552)
        self.assert_nothing_stored(self.server)


class Errors(QuothCase):
    def bad_commands(self, wire):
        """How many bad commands are answered before the 421, which must close."""
        for count in range(ENOUGH):
            reply = wire.command(b"BAD")
            if reply.code == 421:
                wire.expect_closed()
                return count
            self.assert_code(reply, 500)
        self.fail(f"{ENOUGH} errors and no 421")

    def test_default_of_20(self):
        self.assertIn(self.bad_commands(self.session(self.serve())), (19, 20))

    def test_configured(self):
        self.assertIn(self.bad_commands(self.session(self.serve(limits={"errors": 5}))), (4, 5))

    def test_pipelined(self):
        wire = self.session(self.serve(limits={"errors": 5}))
        wire.send(b"BAD\r\n" * 100)
        codes = [reply.code for reply in wire.replies_until_closed()]
        self.assertEqual(codes[-1], 421)
        self.assertIn(len(codes), (5, 6))

    def test_unknown_recipients_are_no_errors_but_100_are_enough(self):
        wire = self.session(self.serve())
        wire.begin([])
        codes = [wire.command(b"RCPT TO:<nobody%d@local.test>" % n).code for n in range(99)]
        self.assertEqual(set(codes), {550})
        for _ in range(ENOUGH):
            if wire.command(b"RCPT TO:<nobody@local.test>").code == 421:
                return wire.expect_closed()
        self.fail("no 421 after 100 unknown recipients")


class Connections(QuothCase):
    def refused(self, server):
        """A new connection is greeted with 421 and closed."""
        self.assert_ends_with_421(self.connect(server))

    def check_limit_of_3(self, server):
        wires = [self.session(server) for _ in range(3)]
        self.refused(server)
        self.refused(server)
        for wire in wires:
            wire.still_usable()
        wires[0].command(b"QUIT")
        wires[0].close()
        wait_until(lambda: self.is_greeted(server), 10, "room for another client")

    def is_greeted(self, server):
        with server.connect() as wire:
            return wire.reply().code == 220

    def test_per_ip(self):
        self.check_limit_of_3(self.serve(limits={"connections": {"total": 100, "per_ip": 3}}))

    def test_total(self):
        self.check_limit_of_3(self.serve(limits={"connections": {"total": 3, "per_ip": 3}}))

    def test_per_ip_with_two_threads(self):
        limits = {"connections": {"total": 100, "per_ip": 3}}
        self.check_limit_of_3(self.serve(limits=limits, threads=2))


class Recipients(QuothCase):
    def fill(self, server, limit):
        """Pipelines limit+2 recipients, delivers, and returns the replies to RCPT."""
        wire = self.session(server, timeout=DISK_SECONDS)
        wire.expect(250, b"MAIL FROM:<>")
        wire.send(b"".join(b"RCPT TO:<user%d@local.test>\r\n" % n for n in range(limit + 2)))
        codes = [wire.reply().code for _ in range(limit + 2)]
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        return codes

    def check(self, server, limit):
        self.assertEqual(self.fill(server, limit), [250] * limit + [452] * 2)
        files = mail_files.delivered(server.mail)
        self.assertEqual({file.parts[-3] for file in files}, {f"user{n}" for n in range(limit)})
        self.assertEqual(len(files), limit)
        self.assertEqual({mail_files.restored(file) for file in files}, {MESSAGE})

    def test_default_of_1000(self):
        self.check(self.serve(), 1000)

    def test_configured(self):
        self.check(self.serve(limits={"recipients": 100}), 100)

    def test_enhanced_code(self):
        wire = self.session(self.serve(limits={"recipients": 100}))
        wire.begin([USER] * 100)
        self.assert_code(wire.command(b"RCPT TO:<user2@local.test>"), 452, "4.5.3")

    def test_the_same_recipient_twice(self):
        server = self.serve()
        wire = self.session(server)
        self.assert_code(wire.deliver(MESSAGE, [USER, USER]), 250)
        self.assertIn(len(mail_files.delivered(server.mail)), (1, 2))


class Loops(QuothCase):
    """RFC 5321 §6.3: too many Received fields are a loop, 554 5.4.6."""

    FIELD = b"Received: from a.test by b.test\r\n\twith SMTP; Mon, 1 Jan 2024 00:00:00 +0000\r\n"

    def setUp(self):
        self.server = self.serve()
        self.wire = self.session(self.server)

    def test_100_fields(self):
        self.assert_code(self.wire.deliver(self.FIELD * 100 + MESSAGE, [USER]), 250)

    def test_101_fields(self):
        self.assert_code(self.wire.deliver(self.FIELD * 101 + MESSAGE, [USER]), 554, "5.4.6")
        self.assert_nothing_stored(self.server)
        self.wire.still_usable()

    def test_any_case_and_no_folding(self):
        field = b"rEcEiVeD: from a.test\r\n"
        self.assert_code(self.wire.deliver(field * 101 + MESSAGE, [USER]), 554, "5.4.6")

    def test_the_body_does_not_count(self):
        self.assert_code(self.wire.deliver(MESSAGE + self.FIELD * 200, [USER]), 250)


if __name__ == "__main__":
    unittest.main()
