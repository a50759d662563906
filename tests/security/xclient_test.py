"""XCLIENT and XFORWARD of those who are trusted: what such a claim is worth, and what it is not."""

import unittest

import relay_test
from security_case import events
from trust_case import ALICE, CLIENT, LOOPBACK, TrustCase

CONTROLS = (b"+0D+0AX-Evil:1", b"+0A", b"+0D", b"+00", b"+1B[31m", b"+7F", b"+C2+85", b"+FF", b"+8",
            b"+G0", b"+", b"\r", b"\0", b"\xff")


class Xclient(TrustCase):
    def setUp(self):
        self.server = self.trusting(xclient=LOOPBACK, xforward=LOOPBACK)

    def test_whom_it_names(self):
        """The control: the claim is believed, and the header says whose it was."""
        wire = self.claimed(self.server, b"ADDR=203.0.113.9 NAME=a.test PORT=1 HELO=b.test")
        header = self.header_of(wire)
        self.assertIn("from b.test ([203.0.113.9])", header)
        self.assertIn("by XCLIENT of 127.0.0.1", header)
        line = events(self.server, "smtp.in")[0]
        self.assertEqual((line["ip"], line["peer"]), (CLIENT, "127.0.0.1"))

    def test_values_that_would_be_lines(self):
        """CR, LF and other controls, hidden in xtext or not, in each attribute."""
        wire = self.to(self.server, "mx")
        for verb, names in ((b"XCLIENT", (b"NAME", b"ADDR", b"PORT", b"PROTO", b"HELO", b"LOGIN",
                                          b"DESTADDR", b"DESTPORT")),
                            (b"XFORWARD", (b"NAME", b"ADDR", b"PORT", b"PROTO", b"HELO", b"IDENT",
                                           b"SOURCE"))):
            for name in names:
                for octets in CONTROLS:
                    with self.subTest(name=name, octets=octets):
                        reply = wire.command(verb + b" " + name + b"=a" + octets)
                        self.assertIn(reply.code, (421, 500, 501))
                        if reply.code == 421 or reply.code == 500:
                            wire = self.to(self.server, "mx")
                wire = self.to(self.server, "mx")
        self.assertNotIn("a+0D", self.header_of(wire))
        self.assert_log_is_sound()

    def test_values_that_cannot_be(self):
        for attributes in (b"ADDR=300.0.0.1", b"ADDR=2001:db8::1", b"ADDR=IPV6:x", b"ADDR=a.test",
                           b"ADDR=127.1", b"ADDR=IPV6:::ffff:1.2.3", b"PORT=65536", b"PORT=-1",
                           b"PORT=x", b"NAME=a..b", b"NAME=a+20b", b"NAME=(a)", b"HELO=a+20b",
                           b"HELO=(a)", b"HELO=<a>", b"PROTO=HTTP", b"LOGIN=" + b"a" * 256,
                           b"LOGIN=",
                           b"ADDR", b"=x", b"EVIL=1", b"ADDR=192.0.2.1 ADDR=192.0.2.2",
                           b"ADDR=192.0.2.1  PORT=1", b"ADDR=192.0.2.1 EVIL=1", b""):
            with self.subTest(attributes=attributes):
                wire = self.to(self.server, "mx")
                self.assert_code(wire.command(b"XCLIENT " + attributes), 501)
                self.assertIn("[127.0.0.1]", self.header_of(wire))

    def test_values_that_only_look_dangerous(self):
        """They are text: in the log escaped, and nowhere else."""
        for name in (b"*)(uid+3D*", b"../../etc/passwd", b'"},{"ev":"forged"}', b"(a",
                     b"a)+20X-E:+20b",
                     b"${run{id}}", "grüße".encode().replace(b"\xc3", b"+C3"), b"a;b,c@d"):
            with self.subTest(name=name):
                wire = self.to(self.server, "mx")
                if wire.command(b"XCLIENT LOGIN=" + name).code == 220:
                    wire.expect(250, b"EHLO client.test")
                self.assertNotIn("X-E", self.header_of(wire))
        self.assert_log_is_sound()
        self.assertEqual(events(self.server, "forged"), [])

    def test_it_ends_what_was_before(self):
        """Not within a transaction; and behind it there is no greeting and no login any more."""
        wire = self.to(self.server, "mx")
        wire.begin([ALICE])
        self.assert_code(wire.command(b"XCLIENT ADDR=192.0.2.1"), 503)
        wire.expect(250, b"RSET")
        wire.expect(220, b"XCLIENT ADDR=192.0.2.1")
        self.assert_code(wire.command(b"MAIL FROM:<>"), 503)
        wire = self.logged_in(self.server)
        wire.expect(220, b"XCLIENT ADDR=192.0.2.1")
        wire.expect(250, b"EHLO client.test")
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")

    def test_xforward_is_for_the_log_alone(self):
        wire = self.to(self.server, "mx")
        wire.expect(250, b"XFORWARD ADDR=203.0.113.9 NAME=evil.test HELO=evil.test")
        header = self.header_of(wire)
        self.assertIn("[127.0.0.1]", header)
        self.assertNotIn("evil", header)
        self.refuses(wire, (b"<x@foreign.test>",))


class XclientRelays(TrustCase):
    """The classic probes for a client that somebody else speaks for: what counts is who it is."""

    def setUp(self):
        self.server = self.trusting(xclient=LOOPBACK,
                                    mx={"relay": ["127.0.0.0/8", "192.0.2.0/24", "unix"]})

    def test_strangers(self):
        for claim in (b"ADDR=203.0.113.9", b"ADDR=IPV6:2001:db8::9",
                      b"ADDR=IPV6:::ffff:203.0.113.9",
                      b"ADDR=203.0.113.9 NAME=localhost HELO=localhost"):
            with self.subTest(claim=claim):
                wire = self.claimed(self.server, claim)
                self.refuses(wire, relay_test.OpenRelay.FOREIGN)
                self.refuses(wire, relay_test.OpenRelay.DISGUISED, r"^550 5\.(7|1)\.1 ")

    def test_clients_of_our_networks(self):
        """The control, and what even they may not."""
        for claim in (b"ADDR=192.0.2.1", b"ADDR=IPV6:::ffff:192.0.2.1"):
            with self.subTest(claim=claim):
                wire = self.claimed(self.server, claim)
                self.relays(wire)
                self.refuses(wire, (b"<x@[203.0.113.9]>", b"<alice%local.test@foreign.test>",
                                    b'<"alice@local.test"@foreign.test>',
                                    b"<local.test!alice@foreign.test>"))

    def test_a_claim_is_over_with_the_next(self):
        wire = self.claimed(self.server, b"ADDR=192.0.2.1")
        wire.expect(220, b"XCLIENT ADDR=203.0.113.9")
        wire.expect(250, b"EHLO client.test")
        self.refuses(wire, (b"<x@foreign.test>",))

    def test_an_address_that_is_not_known(self):
        """It is nobody's of our networks, and no local socket's."""
        for claim in (b"ADDR=[UNAVAILABLE]", b"ADDR=[TEMPUNAVAIL] NAME=[UNAVAILABLE]"):
            with self.subTest(claim=claim):
                self.refuses(self.claimed(self.server, claim), (b"<x@foreign.test>",))


class XclientLogins(TrustCase):
    """LOGIN makes somebody a user, who has a user's rights and no more."""

    def setUp(self):
        self.server = self.trusting(xclient=LOOPBACK)

    def logged_in_by(self, claim):
        wire = self.secured(self.server)
        wire.expect(220, b"XCLIENT " + claim)
        wire.expect(250, b"EHLO client.test")
        return wire

    def test_as_a_user(self):
        wire = self.logged_in_by(b"ADDR=203.0.113.9 LOGIN=ann")
        self.relays(wire)
        self.assert_code(wire.command(b"MAIL FROM:<bob@local.test>"), 550, "5.7.1")
        self.refuses(wire, (b"<x@[203.0.113.9]>", b"<alice@[127.0.0.1]>",
                            b"<x%foreign.test@local.test>",
                            b'<"x@foreign.test"@local.test>'), sender=b"<ann@local.test>")

    def test_a_name_in_a_reply_is_one_line(self):
        wire = self.logged_in_by(b"ADDR=203.0.113.9 LOGIN=" + b"a" * 255)
        self.assert_code(wire.command(b"MAIL FROM:<bob@local.test>"), 550, "5.7.1")

    def test_as_nobody(self):
        for claim in (b"ADDR=203.0.113.9", b"LOGIN=[UNAVAILABLE]"):
            wire = self.logged_in_by(claim)
            self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")


if __name__ == "__main__":
    unittest.main()
