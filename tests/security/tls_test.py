"""TLS: what was said in the clear is nobody's, and what is no handshake ends nothing else."""

import shutil
import ssl
import subprocess
import tempfile
import unittest
import warnings
from pathlib import Path

from certificates import Authority, context
from quoth_case import MESSAGE, USER
from roles_case import start_tls, wrap
from security_case import SecurityCase, events
from waiting import wait_until

OFFERED = {"tls": "starttls"}
UNCHECKED = {"refuse_bad_pipelining": False}
SECONDS = 30


def versions(lowest, highest):
    """A client's settings that go no higher, with whatever ciphers are needed for it."""
    settings = context()
    settings.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):  # Python deprecates TLS 1.0, too
        settings.minimum_version, settings.maximum_version = lowest, highest
    return settings


class TlsCase(SecurityCase):
    def offering(self, **options):
        """A server with STARTTLS and a certificate of its own."""
        return self.serve_with(listener={**OFFERED, **options.pop("listener", {})}, **options)

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


class StarttlsInjection(TlsCase):
    """CVE-2011-0411 and "NO STARTTLS" (2021): octets behind STARTTLS in the clear become neither a
    command nor a part of one in TLS (RFC 3207 §4)."""

    BEHIND = (
        b"NOOP\r\n", b"MAIL FROM:<a@b", b"EHLO evil.test\r\n", b"N", b"\r\n", b"\0", b"\x16\x03\x01",
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
                if wire.command(b"STARTTLS").code != 220:
                    continue
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


class OldTls(TlsCase):
    """RFC 8996: TLS 1.0 and 1.1 are no more; neither are ciphers that hide nothing."""

    def refused(self, server, settings):
        wire = self.securing(server)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            wrap(wire, settings)

    def test_versions(self):
        server = self.offering()
        old = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
        for version in old:
            with self.subTest(version):
                self.refused(server, versions(version, version))
        self.assert_failed_handshakes(server, len(old))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version):
                wire = self.securing(server)
                wrap(wire, versions(version, version))
                self.assert_fresh(wire)

    def test_ciphers(self):
        server = self.offering()
        for ciphers in ("aNULL", "eNULL", "DES-CBC3-SHA", "kRSA", "AES128-SHA", "CAMELLIA", "SEED"):
            settings = versions(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
            try:
                settings.set_ciphers(ciphers + ":@SECLEVEL=0")
            except ssl.SSLError:
                continue  # this OpenSSL has none of them
            with self.subTest(ciphers):
                self.refused(server, settings)
        self.assert_serves(server)


class Renegotiation(TlsCase):
    """CVE-2009-3555, and CVE-2011-1473: a client that begins the handshake anew is refused."""

    def test_by_the_client(self):
        """OpenSSL's s_client begins one at an R; our alert says no_renegotiation."""
        server = self.offering()
        program = shutil.which("openssl")
        self.assertIsNotNone(program, "openssl is missing: apt-get install openssl")
        command = [program, "s_client", "-connect", f"{server.host}:{server.port}", "-starttls",
                   "smtp", "-tls1_2"]
        done = subprocess.run(command, input=b"R\nNOOP\r\n", capture_output=True, timeout=SECONDS,
                              check=False)
        self.assertIn(b"RENEGOTIATING", done.stderr)
        self.assertIn(b"no renegotiation", done.stderr)
        self.assert_serves(server)


class BrokenHandshakes(TlsCase):
    """What is no handshake, half of one, or a strange one: the connection ends, nothing else."""

    GARBAGE = (
        b"\0" * 600, b"NOOP\r\n" * 50, b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 4,
        b"\x16\x03\x01\xff\xff" + b"\xff" * 2000, b"\x16\x03\x01\0\0" * 200, b"\x15\x03\x01\0\x02\x02\x28",
        b"\x80\x2e\x01\x03\x01\0\x15\0\0\0\x10" + b"\x01\0\x80" * 20, b"\x16\x03\x03\0\x04\x0e\0\0\0",
        b"\x17\x03\x03\0\x05hello", b"\x16\x03\x01\0\x06\x01\xff\xff\xff\x03\x03" + b"\0" * 300,
    )
    # Each as long as NAME, in its place. CVE-2019-15846 (Exim) was the backslash before a NUL.
    NAME = b"aaaaaaaa.test"
    NAMES = (b"aaaaaaaa\\\0est", b"\0" * 13, b"\xff" * 13, b"../../../../x", b"a\r\nEvil: test",
             b"............." , b"${run{id}}  t", b"%s%s%s%n.test")

    def client_hello(self, name=NAME):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        half = context().wrap_bio(incoming, outgoing, server_hostname=self.NAME.decode())
        with self.assertRaises(ssl.SSLWantReadError):
            half.do_handshake()
        octets = outgoing.read()
        self.assertIn(self.NAME, octets)
        return octets.replace(self.NAME, name)

    def send_garbage(self, wire, octets):
        """The server may be gone before all of it was sent; it never speaks SMTP again."""
        wire.try_send(octets)
        while answer := self.answer_of(wire):
            self.assertNotRegex(answer, rb"^[2-5]\d\d[ -]")

    def answer_of(self, wire):
        try:
            return wire.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def test_garbage(self):
        server = self.offering(tls={"handshake_timeout": "300ms"})
        for octets in self.GARBAGE:
            with self.subTest(octets=octets[:12]):
                self.send_garbage(self.securing(server), octets)
        self.assert_failed_handshakes(server, len(self.GARBAGE))
        self.assert_serves(server)

    def test_a_hello_cut_short(self):
        """The client is gone within its first message, wherever that is cut."""
        server = self.offering()
        hello = self.client_hello()
        cuts = (0, 1, 4, 5, 9, 43, len(hello) // 2, len(hello) - 1, len(hello))
        for cut in cuts:
            with self.subTest(cut=cut):
                wire = self.securing(server)
                wire.send(hello[:cut])
                wire.close() if cut % 2 else wire.reset()
        self.assert_failed_handshakes(server, len(cuts))
        self.assert_serves(server)

    def test_a_hello_with_octets_changed(self):
        server = self.offering(tls={"handshake_timeout": "300ms"})
        hello = self.client_hello()
        for place in range(0, len(hello), 7):
            octets = hello[:place] + bytes((hello[place] ^ 0xFF,)) + hello[place + 1:]
            with self.securing(server) as wire:
                wire.try_send(octets)
                wire.socket.shutdown(1)
                self.send_garbage(wire, b"")
        self.assert_serves(server)

    def test_names_that_are_none(self):
        with tempfile.TemporaryDirectory() as folder:
            pair = Authority(Path(folder)).issue("server")
            server = self.offering(tls={**pair.as_toml(), "certificates": [pair.as_toml()]})
            for name in self.NAMES:
                with self.subTest(name=name):
                    wire = self.securing(server)
                    wire.send(self.client_hello(name))
                    wire.socket.shutdown(1)
                    self.send_garbage(wire, b"")
            self.assert_serves(server)

    def test_silence(self):
        server = self.offering(tls={"handshake_timeout": "200ms"})
        for octets in (b"", self.client_hello()[:50]):
            wire = self.securing(server)
            wire.send(octets)
            self.send_garbage(wire, b"")
        self.assert_failed_handshakes(server, 2)
        self.assert_serves(server)

    def test_too_many_at_a_time(self):
        server = self.offering(tls={"handshakes": 1})
        first = self.securing(server)
        second = self.session(server)
        self.assert_code(second.command(b"STARTTLS"), 454, "4.7.0")
        self.assert_code(second.deliver(MESSAGE, [USER]), 250)
        wrap(first)
        self.assert_fresh(first)
        start_tls(second)


class ImplicitTls(TlsCase):
    """RFC 8314 §3: a port that begins with TLS says nothing in the clear."""

    def test_clear_text(self):
        server = self.serve_with(listener={"tls": "implicit"})
        for octets in (b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\r\n", b"STARTTLS\r\n"):
            with self.subTest(octets=octets):
                wire = self.connect(server)
                wire.try_send(octets)
                wire.socket.shutdown(1)
                answer = b"".join(iter(lambda: wire.socket.recv(65536), b""))
                self.assertNotRegex(answer, rb"\d\d\d")
        wire = self.connect(server)
        wrap(wire)
        self.assertNotIn("STARTTLS", wire.greet().lines)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)


class ClientCertificates(TlsCase):
    """`client_certificates = "require"`: whoever the authorities have not signed is not heard."""

    def test_required(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        ours, theirs = Authority(folder, "ours"), Authority(folder, "theirs")
        server = self.offering(tls={"client_certificates": "require",
                                    "client_authorities": str(ours.certificate)})
        for own in (None, theirs.issue("stranger")):
            with self.subTest(own=own):
                wire = self.securing(server)
                with self.assertRaises((AssertionError, OSError)):
                    wrap(wire, context(own=own))
                    wire.expect(250, b"EHLO client.test")
        self.assert_failed_handshakes(server, 2)
        wire = self.securing(server)
        wrap(wire, context(own=ours.issue("friend")))
        self.assert_fresh(wire)


if __name__ == "__main__":
    unittest.main()
