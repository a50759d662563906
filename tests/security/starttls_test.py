"""STARTTLS: what was said in the clear is nobody's in TLS."""

import contextlib
import ssl
import unittest

from quoth_case import MESSAGE, USER
from roles_case import start_tls, wrap
from security_case import events
from tls_case import TlsCase

UNCHECKED = {"refuse_bad_pipelining": False}


class StarttlsInjection(TlsCase):
    """CVE-2011-0411 and "NO STARTTLS" (2021): octets behind STARTTLS in the clear become neither a
    command nor a part of one in TLS (RFC 3207 §4)."""

    BEHIND = (
        b"NOOP\r\n", b"MAIL FROM:<a@b", b"EHLO evil.test\r\n", b"N", b"\r\n", b"\0",
        b"\x16\x03\x01",
        b"EHLO evil.test\r\nMAIL FROM:<evil@client.test>\r\nRCPT TO:<user@local.test>\r\nDATA\r\n",
        b"AUTH PLAIN AGEAYg==\r\n", b"STARTTLS\r\n", b"BDAT 20\r\n", b"QUIT\r\n", b"x" * 2000,
    )

    def test_in_one_segment(self):
        """It ends the connection, before there is any TLS."""
        server = self.offering()
        for octets in self.BEHIND:
            with self.subTest(octets=octets[:20]):
                wire = self.said(server, b"STARTTLS\r\n" + octets)
                replies = wire.replies_until_closed()
                self.assertEqual([reply.code for reply in replies], [554])
        self.assert_defence(server, "bad_pipelining", len(self.BEHIND))
        self.assert_nothing_stored(server)

    def test_dropped(self):
        """Without that defence it is thrown away, and TLS begins as if it had never come."""
        server = self.offering(defences=UNCHECKED)
        for octets in self.BEHIND:
            with self.subTest(octets=octets[:20]):
                wire = self.said(server, b"STARTTLS\r\n" + octets)
                wire.expect(220)
                wrap(wire)
                self.assert_fresh(wire)
        self.assertEqual({line["from"] for line in events(server, "smtp.in")},
                         {"sender@client.test"})

    def test_cut_at_each_octet(self):
        """However it is cut, the server reads it together or not: a refusal, or no handshake, or
        one that knows nothing of it."""
        for defences in ({}, UNCHECKED):
            server = self.offering(defences=defences)
            for octets in (b"STARTTLS\r\nNOOP\r\n", b"STARTTLS\r\nMAIL FROM:<a@b"):
                for cut in range(1, len(octets)):
                    with self.subTest(octets=octets, cut=cut, defences=defences):
                        self.check_in_pieces(server, (octets[:cut], octets[cut:]))
                with self.subTest(octets=octets, defences=defences):
                    self.check_in_pieces(server, [bytes((octet,)) for octet in octets])
            self.assert_serves(server)

    def check_in_pieces(self, server, pieces):
        wire = self.session(server)
        with contextlib.suppress(ConnectionError):  # it may have refused the first pieces already
            for piece in pieces:
                wire.send(piece)
        reply = wire.reply()
        if reply.code == 554:
            return wire.expect_closed()
        self.assert_code(reply, 220)
        try:
            wrap(wire)
        except (ssl.SSLError, ConnectionError):
            return None
        return self.assert_fresh(wire)


class StarttlsState(TlsCase):
    """RFC 3207 §4.2: behind STARTTLS nothing of the conversation in the clear is there any more."""

    def test_a_transaction_is_forgotten(self):
        server = self.offering()
        for begun in ((b"MAIL FROM:<a@client.test>",),
                      (b"MAIL FROM:<a@client.test>", b"RCPT TO:<" + USER + b">")):
            with self.subTest(begun=begun):
                wire = self.session(server)
                for line in begun:
                    wire.expect(250, line)
                wire.expect(220, b"STARTTLS")
                wrap(wire)
                self.assert_code(wire.command(b"RCPT TO:<" + USER + b">"), 503)
                self.assert_code(wire.command(b"DATA"), 503)
                self.assert_fresh(wire)

    def test_the_greeting_is_forgotten(self):
        server = self.offering()
        wire = self.connect(server)
        wire.greet(b"forged.test")
        wire.expect(220, b"STARTTLS")
        wrap(wire)
        for line in (b"MAIL FROM:<>", b"RCPT TO:<" + USER + b">", b"DATA"):
            self.assert_code(wire.command(line), 503)
        wire.expect(250, b"EHLO client.test")
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assertNotIn(b"forged", self.stored_one(server).read_bytes())
        self.assertEqual(events(server, "smtp.in")[0]["helo"], "client.test")

    def test_errors_are_not_forgotten(self):
        """Nor is any other count that ends a connection: TLS is no way around it."""
        server = self.offering(limits={"errors": 3})
        wire = self.session(server)
        for _ in range(2):
            self.assert_code(wire.command(b"NONSENSE"), 500)
        wire.expect(220, b"STARTTLS")
        wrap(wire)
        wire.send(b"NONSENSE\r\n")
        self.assert_ends_with_421(wire, "4.7.0")

    def test_there_is_no_tls_within_tls(self):
        server = self.offering()
        wire = self.session(server)
        self.assert_code(wire.command(b"STARTTLS now"), 501)
        self.assertNotIn("STARTTLS", start_tls(wire).lines)
        self.assert_code(wire.command(b"STARTTLS"), 503)
        wire.still_usable()
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_nothing_goes_where_tls_is_required(self):
        """Who strips STARTTLS from our EHLO gets no mail of anybody."""
        wire = self.session(self.serve_with(listener={"tls": "required"}))
        for line in (b"MAIL FROM:<>", b"RCPT TO:<" + USER + b">", b"DATA", b"VRFY user",
                     b"BDAT 0 LAST"):
            with self.subTest(line=line):
                self.assert_code(wire.command(line), 530, "5.7.0")
        wire.still_usable()
        start_tls(wire)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)


if __name__ == "__main__":
    unittest.main()
