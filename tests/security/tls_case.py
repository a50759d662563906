"""What the tests of TLS share: a listener that offers it, and what is held behind it."""

from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from waiting import wait_until

SECONDS = 30


class TlsCase(SecurityCase):
    def offering(self, **options):
        """A server with STARTTLS and a certificate of its own."""
        listener = {"tls": "starttls", **options.pop("listener", {})}
        return self.serve_with(listener=listener, **options)

    def said(self, server, octets):
        """A connection that has said EHLO and then these octets, in one segment."""
        wire = self.session(server)
        wire.send(octets)
        return wire

    def securing(self, server):
        """A connection that is to shake hands now."""
        wire = self.session(server)
        wire.expect(220, b"STARTTLS")
        return wire

    def assert_fresh(self, wire):
        """Nothing is left over in TLS: each command has its own reply, and no other is there."""
        wire.send(b"NOOP\r\n")
        self.assert_code(wire.reply(), 250)
        self.assert_code(wire.command(b"MAIL FROM:<>"), 503)
        wire.expect(250, b"EHLO client.test")
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        wire.send(b"QUIT\r\n")
        self.assertEqual([reply.code for reply in wire.replies_until_closed()], [221])

    def assert_failed_handshakes(self, server, count):
        wait_until(lambda: len(events(server, "tls.failed")) >= count, SECONDS, "failed handshakes")
        self.assert_counted(server, "failed_handshake", count)
