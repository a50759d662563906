"""The PROXY protocol of those who are trusted: whole headers, broken ones, and what they carry."""

import unittest

from proxy_header import (AUTHORITY, LOCAL, UNIQUE_ID, certificate_name, field, summed, version_1,
                          version_2)
from roles_case import PASSWORD, plain, start_tls
from security_case import events
from trust_case import CLIENT, LOOPBACK, TrustCase
from waiting import wait_until


class Proxy(TrustCase):
    """Trusted proxies begin with a header of the PROXY protocol; without one nothing is said."""

    BROKEN = (
        b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n\r\n", b"PROXY\r\n\r\n\r\n\r\n",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1\r\n",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1 65536\r\n",
        b"PROXY TCP4 203.0.113.999 203.0.113.1 1 25\r\n", b"PROXY TCP4 ::1 ::2 1 25\r\n",
        b"PROXY TCP6 203.0.113.9 203.0.113.1 1 25\r\n",
        b"PROXY tcp4 203.0.113.9 203.0.113.1 1 25\r\n",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1 25\n" + b"x" * 80,
        b"PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
        b"PROXY TCP4  203.0.113.9 203.0.113.1 1 25\r\n",
        b"PROXY TCP4 203.0.113.9\0 203.0.113.1 1 25\r\n",
        b"PROXY UNKNOWN " + b"x" * 92 + b"\r\n", b"PROXY UNKNOWN " + b"x" * 100_000,
        summed(CLIENT, change=1), version_2(CLIENT, command=0x31), version_2(CLIENT, command=0x2F),
        version_2(CLIENT)[:14] + b"\x11\xff\xff" + b"\0" * 70_000,
        version_2(CLIENT, field(AUTHORITY, b"a\r\nX-Evil: 1")),
        version_2(CLIENT, field(AUTHORITY, b"a\0b")), version_2(CLIENT, field(AUTHORITY, b"\xff")),
        version_2(CLIENT, field(AUTHORITY, b"a.test") * 2), version_2(CLIENT, b"\x02\xff\xff"),
        version_2(CLIENT, certificate_name(b"a\r\nX-Evil: 1")), version_2(CLIENT,
                                                                          certificate_name(b"")),
    )

    def setUp(self):
        self.server = self.trusting(proxy=LOOPBACK, mx={"relay": LOOPBACK})

    def test_whom_it_names(self):
        for header in (version_1(CLIENT), version_2(CLIENT), summed(CLIENT),
                       version_2(CLIENT, field(AUTHORITY, b"evil.test")
                                 + field(UNIQUE_ID,
                                         b"\r\nX:") + certificate_name("Jürgen".encode()))):
            with self.subTest(header=header[:20]):
                wire = self.proxied(self.server, header)
                self.refuses(wire, (b"<x@foreign.test>",))
                own = self.header_of(wire)
                self.assertIn("([203.0.113.9])", own)
                self.assertIn("by PROXY of 127.0.0.1", own)
                self.assertNotIn("evil", own)
        self.assert_log_is_sound()

    def test_who_speaks_for_itself(self):
        wire = self.proxied(self.server, version_2(CLIENT, command=LOCAL))
        self.relays(wire)
        self.assertIn("([127.0.0.1])", self.header_of(wire))

    def test_whom_the_proxy_does_not_know_has_none_of_its_rights(self):
        for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN 203.0.113.9 203.0.113.1 1 25\r\n"):
            with self.subTest(header=header[:20]):
                wire = self.proxied(self.server, header)
                self.refuses(wire, (b"<x@foreign.test>",))
                self.assertNotIn("203.0.113.9", self.header_of(wire))

    def test_cut_at_each_octet(self):
        for header in (version_1(CLIENT), version_2(CLIENT)):
            for cut in range(1, len(header)):
                wire = self.raw(self.server, "mx")
                wire.send(header[:cut])
                wire.send(header[cut:])
                wire.greet()
                wire.close()
        wait_until(lambda: len(events(self.server, "session.ended")) >= 40, 10, "their ends")
        self.assertEqual({line["ip"] for line in events(self.server, "session.ended")}, {CLIENT})

    def test_broken_headers(self):
        """No octet comes back, and nothing is believed."""
        for header in self.BROKEN:
            with self.subTest(header=header[:60]):
                wire = self.raw(self.server, "mx")
                wire.try_send(header)
                wire.expect_closed()
        wait_until(lambda: len(events(self.server, "proxy.failed")) >= len(self.BROKEN), 10,
                   "them in the log")
        self.assert_log_is_sound()
        self.header_of(self.proxied(self.server, version_1(CLIENT)))

    def test_cut_short_or_reset(self):
        for octets in (b"", b"P", version_1(CLIENT)[:-1], version_2(CLIENT)[:13],
                       version_2(CLIENT)[:20]):
            for end in ("close", "reset"):
                wire = self.raw(self.server, "mx")
                wire.send(octets)
                getattr(wire, end)()
        self.header_of(self.proxied(self.server, version_1(CLIENT)))

    def test_silence(self):
        """Within a header that does not go on: it has ten seconds, and fewer under overload."""
        server = self.serve_roles(
            mx={"trust": {"proxy": LOOPBACK}}, limits={"connections": {"total": 4, "per_ip": 4}},
            defences={"overload_percent": 50, "overload_timeout": "300ms"})
        wires = []
        for octets in (b"", version_1(CLIENT)[:40], version_2(CLIENT)[:20]):
            wires.append(self.raw(server, "mx"))
            wires[-1].send(octets)
        for wire in wires:
            wire.expect_closed()
        self.assertEqual({line["reason"] for line in events(server, "session.ended")},
                         {"no PROXY header"})
        self.proxied(server, version_1(CLIENT)).still_usable()

    def test_only_one(self):
        """A second one is of the client's making."""
        wire = self.raw(self.server, "mx")
        wire.send(version_1(CLIENT))
        wire.expect(220)
        wire.send(version_1("127.0.0.1"))
        self.assertEqual({reply.code for reply in wire.replies_until_closed()}, {421})

    def test_it_gives_no_login(self):
        wire = self.proxied(self.server, version_2(CLIENT, certificate_name(b"ann")), "submission")
        start_tls(wire)
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")
        wire.expect(235, plain(b"ann", PASSWORD))


if __name__ == "__main__":
    unittest.main()
