"""Bad input: the right reply or a closed connection, flat memory, nothing half-received stored."""

import random
import socket
import unittest

from quoth_case import MEBIBYTE, MESSAGE, USER, QuothCase, subject
from smtp_wire import SmtpWire
from waiting import let_pass

SEEDS = range(20)
FLAT = 16 * MEBIBYTE


class Commands(QuothCase):
    def setUp(self):
        self.server = self.serve()
        self.wire = self.session(self.server)

    def test_garbage(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.server.connect() as wire:
                source = random.Random(seed)
                lines = [source.randbytes(source.randrange(400)) for _ in range(100)]
                wire.try_send(b"\r\n".join(lines) + b"\r\n")
                _end_of_writing(wire)
                codes = {reply.code for reply in wire.replies_until_closed()}
                self.assertLessEqual({code // 100 for code in codes - {220, 421}}, {5})
        self.assert_serves(self.server)

    def test_unknown_and_empty_commands_leave_the_session_alive(self):
        for line in (b"", b" ", b"FOO", b"FOO bar", b"\x80\xff", b"MAILFROM:<a@b.test>", b"EHLO"):
            with self.subTest(line=line):
                self.assert_refused(self.wire.command(line))
                self.wire.still_usable()

    def test_nul_in_a_command(self):
        for line in (b"NO\0OP", b"NOOP\0", b"\0", b"RCPT TO:<alice\0@local.test>", b"EHLO a\0b"):
            with self.subTest(line=line):
                self.assert_refused(self.wire.command(line))
                self.wire.still_usable()

    def test_bare_line_ends_do_not_end_a_command(self):
        for line in (b"NOOP\rNOOP", b"NOOP\r", b"\rNOOP"):
            with self.subTest(line=line):
                self.assert_refused(self.wire.command(line))
                self.wire.still_usable()

    def test_bare_lf_in_a_command_ends_the_connection(self):
        for line in (b"NOOP\nNOOP", b"NOOP\n", b"\nNOOP"):
            with self.subTest(line=line), self.server.session() as wire:
                self.assert_refused(wire.command(line))
                wire.expect_closed()

    def test_command_of_512_octets(self):
        self.wire.expect(250, b"NOOP " + b"x" * (512 - 7))

    def test_command_of_5000_octets(self):
        self.assert_code(self.wire.command(b"NOOP " + b"x" * 5000), 500)
        self.wire.still_usable()

    def test_20_megabytes_without_line_end(self):
        before = self.server.rss_bytes()
        if all(self.wire.try_send(b"x" * MEBIBYTE) for _ in range(20)):
            self.wire.try_send(b"\r\nNOOP\r\nQUIT\r\n")
        codes = [reply.code for reply in self.wire.replies_until_closed()]
        self.assertIn(codes, ([], [421], [500], [500, 421], [500, 250, 221]))
        self.assert_memory_flat(self.server, before, FLAT)
        self.assert_serves(self.server)

    def test_megabytes_of_empty_lines(self):
        before = self.server.rss_bytes()
        self.wire.try_send(b"\r\n" * (4 * MEBIBYTE))
        _end_of_writing(self.wire)
        codes = [reply.code for reply in self.wire.replies_until_closed()]
        self.assertLessEqual(set(codes), {500, 421})
        self.assertLessEqual(len(codes), 21)
        self.assert_memory_flat(self.server, before, FLAT)

    def test_http_request(self):
        host = b" / HTTP/1.1\r\nHost: mx.local.test\r\n"
        posted = b"Content-Length: 28\r\n\r\nMAIL FROM:<a@b.test>\r\nQUIT\r\n"
        for request in (b"GET" + host + b"\r\n", b"POST" + host + posted):
            with self.subTest(request=request), self.server.connect() as wire:
                wire.expect(220)
                wire.send(request)
                self.assertEqual([reply.code for reply in wire.replies_until_closed()], [421])
        self.assert_serves(self.server)

    def test_many_short_connections(self):
        for _ in range(300):
            with self.server.connect() as wire:
                wire.expect(220)
        self.assert_serves(self.server)


class Silence(QuothCase):
    """With short deadlines: 421 4.4.2, then the connection ends (RFC 5321 §4.5.3.2.7)."""

    def setUp(self):
        short = {"command": "1s", "data": "1s", "write": "1s"}
        self.server = self.serve(limits={"timeouts": short})

    def test_after_the_banner(self):
        wire = self.connect(self.server)
        wire.expect(220)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_half_a_command(self):
        wire = self.session(self.server)
        wire.send(b"MAIL FROM:<al")
        self.assert_ends_with_421(wire, "4.4.2")

    def test_between_the_cr_and_the_lf(self):
        wire = self.session(self.server)
        wire.send(b"NOOP\r")
        self.assert_ends_with_421(wire, "4.4.2")

    def test_a_command_that_drips(self):
        """The deadline is for the whole command, not for each of its octets."""
        wire = self.session(self.server)
        for octet in b"NOOP" + b"x" * 100:
            let_pass(0.1)
            if not wire.try_send(bytes([octet])) or wire.has_octets():
                break
        self.assert_ends_with_421(wire, "4.4.2")

    def test_after_a_recipient(self):
        wire = self.session(self.server)
        wire.begin([USER])
        self.assert_ends_with_421(wire, "4.4.2")

    def test_in_the_middle_of_data(self):
        large = b"line\r\n" * 150000
        for sent in (b"", b"Subject: half", MESSAGE, MESSAGE + b".", MESSAGE + b".\r", large):
            with self.subTest(sent=sent[-20:]), self.server.session() as wire:
                wire.begin_data([USER])
                wire.send(sent)
                self.assert_ends_with_421(wire, "4.4.2")
        self.assert_nothing_stored(self.server)


class Bodies(QuothCase):
    """What must not be in a message is refused after the dot; the session goes on."""

    def setUp(self):
        self.server = self.serve()
        self.wire = self.session(self.server)

    def reply_to(self, body):
        """The reply to a message with this raw body, which must not hold an end of data."""
        self.wire.begin_data([USER])
        self.wire.send(subject(b"bad") + body + b"\r\n.\r\n")
        return self.wire.reply()

    def refuse(self, body, code=None, enhanced=None):
        reply = self.reply_to(body)
        self.assert_refused(reply)
        if code:
            self.assert_code(reply, code, enhanced)
        self.wire.still_usable()
        self.assert_nothing_stored(self.server)

    def test_nul(self):
        for body in (b"a\0b", b"\0", b"line\r\n\0\r\nline"):
            with self.subTest(body=body):
                self.refuse(body)

    def test_bare_lf(self):
        for body in (b"a\nb", b"\nb", b"a\n", b"a\n\r\nb", b"\n.\n", b"x" * 300000 + b"\n"):
            with self.subTest(body=body[-10:]):
                self.refuse(body, 554, "5.6.11")

    def test_bare_cr(self):
        for body in (b"a\rb", b"\rb", b"a\r", b"a\r\r\nb", b"\r.\r"):
            with self.subTest(body=body):
                self.refuse(body, 554, "5.6.11")

    def test_bare_line_end_in_the_header(self):
        self.wire.begin_data([USER])
        self.wire.send(b"Subject: a\nX-Injected: b\r\n\r\nbody\r\n.\r\n")
        self.assert_code(self.wire.reply(), 554, "5.6.11")
        self.assert_nothing_stored(self.server)

    def test_line_of_1000_octets(self):
        self.assert_code(self.reply_to(b"x" * 998), 250)

    def test_line_of_1001_octets(self):
        self.refuse(b"x" * 999)

    def test_doubled_dot_counts_not(self):
        """The transparency dot is not part of the line (RFC 5321 §4.5.3.1.6)."""
        self.assert_code(self.reply_to(b".." + b"x" * 997), 250)

    def test_20_megabytes_without_line_end(self):
        before = self.server.rss_bytes()
        self.wire.begin_data([USER])
        for _ in range(20):
            self.wire.send(b"x" * MEBIBYTE)
        self.wire.send(b"\r\n.\r\n")
        self.assert_refused(self.wire.reply())
        self.wire.still_usable()
        self.assert_memory_flat(self.server, before, FLAT)
        self.assert_nothing_stored(self.server)

    def test_good_message_after_all_of_these(self):
        self.refuse(b"a\0b")
        self.refuse(b"a\nb")
        self.refuse(b"x" * 5000)
        self.assert_code(self.wire.deliver(MESSAGE, [USER]), 250)
        self.assertEqual(self.stored(self.server), [MESSAGE])


class Gone(QuothCase):
    """A client that goes away in the middle of DATA leaves nothing behind."""

    HALVES = (b"", b"Subject: half", MESSAGE, MESSAGE + b".", MESSAGE + b".\r", b"x\r\n" * 300000)

    def setUp(self):
        self.server = self.serve()

    def leave(self, end):
        for half in self.HALVES:
            with self.subTest(half=half[-20:], octets=len(half)):
                wire = self.session(self.server)
                wire.begin_data([USER, b"alice@local.test"])
                wire.send(half)
                end(wire)
        self.assert_nothing_stored(self.server)
        self.assert_serves(self.server)

    def test_reset(self):
        self.leave(SmtpWire.reset)

    def test_close(self):
        self.leave(SmtpWire.close)

    def test_half_close(self):
        self.leave(lambda wire: wire.socket.shutdown(socket.SHUT_WR))

    def test_reset_at_every_command(self):
        for lines in (b"", b"EHLO a\r\n", b"EHLO a\r\nMAIL FROM:<a@b.test>\r\n", b"NOOP"):
            for _ in range(20):
                wire = self.connect(self.server)
                wire.send(lines)
                wire.reset()
        self.assert_serves(self.server)


def _end_of_writing(wire):
    try:
        wire.socket.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the server was quicker


if __name__ == "__main__":
    unittest.main()
