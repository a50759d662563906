"""Clients that vanish: nothing half-received is stored, nobody else notices."""

import socket
import unittest

from quoth_case import MESSAGE, USER
from security_case import SecurityCase
from smtp_wire import SmtpWire
from waiting import wait_until

LARGE = MESSAGE + b"line\r\n" * 200000


class GoneCase(SecurityCase):
    def setUp(self):
        self.server = self.serve_with()
        self.idle = self.server.open_sockets()

    def leave(self, sent, end, begin=SmtpWire.begin_data):
        """Each part is all that comes of a message; then the client ends the connection."""
        for octets in sent:
            with self.subTest(octets=octets[-20:]):
                wire = self.session(self.server)
                begin(wire, [USER, b"alice@local.test"])
                wire.send(octets)
                end(wire)
        wait_until(lambda: self.server.open_sockets() == self.idle, 20,
                   "the end of the sessions")
        self.assert_nothing_stored(self.server)
        self.assert_serves(self.server)


class ResetWithinData(GoneCase):
    """RST or FIN at any place of a message."""

    PARTS = (b"", b"Subject: half", MESSAGE, MESSAGE + b".", MESSAGE + b".\r",
             MESSAGE + b"a\r\n.\r", LARGE)

    def test_reset(self):
        self.leave(self.PARTS, SmtpWire.reset)

    def test_close(self):
        self.leave(self.PARTS, SmtpWire.close)

    def test_with_the_end_the_message_counts(self):
        """The control. RFC 5321 §4.1.1.10: what was ended is stored, or not: never a part of it."""
        wire = self.session(self.server)
        wire.begin_data([USER])
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        wire.reset()
        self.assertEqual(self.stored(self.server), [MESSAGE])


class ResetWithinBdat(GoneCase):
    """The same within and between chunks."""

    PARTS = (b"BDAT 100 LAST\r\n", b"BDAT 100 LAST\r\n" + MESSAGE, b"BDAT 25\r\n" + MESSAGE,
             b"BDAT 25\r\n" + MESSAGE + b"BDAT 0 LAS", b"BDAT 999999 LAST\r\n" + LARGE[:900000])

    def test_reset(self):
        self.leave(self.PARTS, SmtpWire.reset, SmtpWire.begin)

    def test_close(self):
        self.leave(self.PARTS, SmtpWire.close, SmtpWire.begin)


class HalfClosed(GoneCase):
    """FIN one way: no message without its end, and the replies to what had come still arrive."""

    def half_close(self, octets):
        wire = self.session(self.server)
        wire.send(octets)
        wire.socket.shutdown(socket.SHUT_WR)
        return [reply.code for reply in wire.replies_until_closed()]

    def test_within_a_message(self):
        envelope = b"MAIL FROM:<>\r\nRCPT TO:<" + USER + b">\r\nDATA\r\n"
        for rest in (b"", b"Subject: half", MESSAGE, MESSAGE + b".\r"):
            with self.subTest(rest=rest[-20:]):
                self.assertEqual(self.half_close(envelope + rest)[:3], [250, 250, 354])
        self.assert_nothing_stored(self.server)

    def test_behind_a_message(self):
        codes = self.half_close(b"MAIL FROM:<>\r\nRCPT TO:<" + USER + b">\r\nDATA\r\n" + MESSAGE
                                + b".\r\n")
        self.assertEqual(codes[:4], [250, 250, 354, 250])
        self.assertEqual(self.stored(self.server), [MESSAGE])

    def test_without_quit(self):
        self.assertEqual(self.half_close(b"NOOP\r\nNO")[:1], [250])
        left = self.idle + 1  # the helper's own one
        wait_until(lambda: self.server.open_sockets() <= left, 20, "the end of the session")


class ResetAtEveryStep(GoneCase):
    """A hundred clients that reset after each command."""

    def test_commands(self):
        lines = b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<" + USER + b">\r\nDATA\r\n"
        for at in range(0, len(lines), 3):
            wire = self.connect(self.server)
            wire.send(lines[:at])
            wire.reset()
        wait_until(lambda: self.server.open_sockets() == self.idle, 20, "the end of the sessions")
        self.assert_serves(self.server)
        self.assertTrue(self.server.alive())


if __name__ == "__main__":
    unittest.main()
