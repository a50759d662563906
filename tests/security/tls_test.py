"""TLS: old versions, and what is no handshake, which ends nothing but its connection."""

import shutil
import ssl
import subprocess
import tempfile
import unittest
import warnings
from pathlib import Path

from certificates import Authority, context
from quoth_case import MEBIBYTE, MESSAGE, USER
from roles_case import start_tls, wrap
from tls_case import SECONDS, TlsCase


def versions(lowest, highest):
    """A client's settings that go no higher, with whatever ciphers are needed for it."""
    settings = context()
    settings.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):  # Python deprecates TLS 1.0, too
        settings.minimum_version, settings.maximum_version = lowest, highest
    return settings


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
        b"\x16\x03\x01\xff\xff" + b"\xff" * 2000, b"\x16\x03\x01\0\0" * 200,
        b"\x15\x03\x01\0\x02\x02\x28",
        b"\x80\x2e\x01\x03\x01\0\x15\0\0\0\x10" + b"\x01\0\x80" * 20,
        b"\x16\x03\x03\0\x04\x0e\0\0\0",
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

    def test_a_hello_that_never_ends(self):
        """It says that it has 16 MiB, and sends them, in records of the right form."""
        server = self.offering()
        wire = self.securing(server)
        before = server.rss_bytes()
        wire.try_send(b"\x16\x03\x01\x40\0\x01\xff\xff\xff\x03\x03" + b"\0" * 16378)
        for _ in range(1024):
            if not wire.try_send(b"\x16\x03\x01\x40\0" + b"\0" * 16384):
                break
        self.send_garbage(wire, b"")
        self.assert_memory_flat(server, before, 4 * MEBIBYTE)
        self.assert_serves(server)

    def test_a_flood_of_half_handshakes(self):
        server = self.offering(tls={"handshakes": 100})
        hello = self.client_hello()
        wires = [self.securing(server) for _ in range(100)]
        for wire in wires:
            wire.send(hello)
        late = self.session(server)
        self.assert_code(late.command(b"STARTTLS"), 454, "4.7.0")
        self.assert_code(late.deliver(MESSAGE, [USER]), 250)
        for wire in wires:
            wire.close()
        self.assert_failed_handshakes(server, len(wires))
        start_tls(self.session(server))

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
        for octets in (b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\r\n",
                       b"STARTTLS\r\n"):
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
