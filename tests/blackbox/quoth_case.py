"""What the black-box tests of the running program share."""

import unittest

import mail_files
from quoth_process import QuothServer
from smtp_wire import SmtpWire
from waiting import wait_until

MEBIBYTE = 1 << 20
USER = b"user@local.test"
MESSAGE = b"Subject: test\r\n\r\nHello.\r\n"


def subject(text):
    return b"Subject: " + text + b"\r\n\r\n"


class QuothCase(unittest.TestCase):
    def serve(self, **options):
        """A running server that ends with the test; options as of QuothServer."""
        return self.enterContext(QuothServer(**options))

    def session(self, server, **options) -> SmtpWire:
        """A connection that has said EHLO and closes with the test."""
        return self.enterContext(server.session(**options))

    def connect(self, server, **options) -> SmtpWire:
        return self.enterContext(server.connect(**options))

    def stored(self, server):
        """What was delivered so far: the octets of each message as the client had sent it."""
        return [mail_files.restored(file) for file in mail_files.delivered(server.mail)]

    def assert_code(self, reply, code, enhanced=None):
        self.assertEqual(reply.code, code, str(reply))
        if enhanced is not None:
            self.assertEqual(reply.enhanced, enhanced, str(reply))

    def assert_refused(self, reply):
        """A permanent refusal: 5xx."""
        self.assertEqual(reply.code // 100, 5, str(reply))

    def assert_ends_with_421(self, wire, enhanced=None):
        """The next reply is 421, and then the connection ends."""
        self.assert_code(wire.reply(), 421, enhanced)
        wire.expect_closed()

    def assert_nothing_stored(self, server):
        wait_until(lambda: not mail_files.unfinished(server.mail), 10, "empty tmp folders")
        self.assertEqual(mail_files.delivered(server.mail), [])

    def assert_serves(self, server, recipient=b"alice@local.test"):
        """A new client can deliver a message, and it is stored as sent."""
        before = set(mail_files.delivered(server.mail))
        with server.session() as wire:
            self.assert_code(wire.deliver(MESSAGE, [recipient]), 250)
        new = set(mail_files.delivered(server.mail)) - before
        self.assertEqual([mail_files.restored(file) for file in new], [MESSAGE])

    def assert_memory_flat(self, server, before, allowed):
        """The peak of resident memory is at most `allowed` octets above `before`."""
        if server.is_sanitized():
            return
        growth = server.peak_rss_bytes() - before
        self.assertLessEqual(growth, allowed, f"memory grew by {growth / MEBIBYTE:.1f} MiB")
