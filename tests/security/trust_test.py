"""Who may speak for others, by PROXY, XCLIENT and XFORWARD; and what such a claim is worth."""

import json
import unittest

import mail_files
import relay_test
from auth_case import AuthCase
from proxy_header import (AUTHORITY, LOCAL, UNIQUE_ID, certificate_name, field, summed, version_1,
                          version_2)
from quoth_case import MESSAGE
from roles_case import PASSWORD, plain, start_tls
from security_case import events
from waiting import wait_until

LOOPBACK = ["127.0.0.0/8"]
ALICE = b"alice@local.test"
CLIENT = "203.0.113.9"
CONTROLS = (b"+0D+0AX-Evil:1", b"+0A", b"+0D", b"+00", b"+1B[31m", b"+7F", b"+C2+85", b"+FF", b"+8",
            b"+G0", b"+", b"\r", b"\0", b"\xff")


class TrustCase(AuthCase):
    def trusting(self, *, submission=None, mx=None, **trust):
        """Both listeners trust those of `trust`."""
        return self.serve_roles(mx={"trust": trust, **(mx or {})},
                                submission={"trust": trust, **(submission or {})})

    def proxied(self, server, header, name="mx"):
        wire = self.raw(server, name)
        wire.send(header)
        wire.greet()
        return wire

    def claimed(self, server, attributes, name="mx"):
        wire = self.to(server, name)
        wire.expect(220, b"XCLIENT " + attributes)
        wire.expect(250, b"EHLO client.test")
        return wire

    def header_of(self, wire):
        """Delivers a message; returns its own fields, checked for lines that are none of ours."""
        self.assert_code(wire.deliver(MESSAGE, [ALICE]), 250)
        file = max(mail_files.delivered(self.server.mail), key=lambda each: each.stat().st_mtime_ns)
        own = mail_files.split(file.read_bytes())[0].decode()
        for line in own.splitlines():
            self.assertRegex(line, r"^(Return-Path: |Received: |\t)[ -~]+$")
        return own

    def assert_log_is_sound(self):
        for line in self.server.log().splitlines():
            self.assertIn("ev", json.loads(line))
        self.assertNotIn("Evil", self.server.log())

    def refuses(self, wire, recipients, allowed=r"^550 5\.7\.1 ", sender=b"<>"):
        wire.expect(250, b"MAIL FROM:" + sender)
        for recipient in recipients:
            with self.subTest(recipient=recipient):
                self.assertRegex(str(wire.command(b"RCPT TO:" + recipient)), allowed)
        self.assert_code(wire.command(b"DATA"), 503)
        wire.expect(250, b"RSET")

    def relays(self, wire, sender=b"<ann@local.test>"):
        wire.expect(250, b"MAIL FROM:" + sender)
        wire.expect(250, b"RCPT TO:<x@foreign.test>")
        wire.expect(250, b"RSET")


class Strangers(TrustCase):
    """Who is not trusted speaks for himself, whatever he says, in every state."""

    CLAIMS = (b"XCLIENT ADDR=127.0.0.1", b"XCLIENT ADDR=127.0.0.1 LOGIN=ann", b"XCLIENT LOGIN=ann",
              b"XCLIENT NAME=localhost", b"XFORWARD ADDR=127.0.0.1", b"XFORWARD NAME=a HELO=b")

    def setUp(self):
        others = ["192.0.2.0/24", "2001:db8::/32"]
        self.server = self.trusting(proxy=others, xclient=others, xforward=others,
                                    mx={"relay": others})

    def test_claims_are_refused_and_change_nothing(self):
        for name in ("mx", "submission"):
            wire = self.to(self.server, name) if name == "mx" else self.secured(self.server)
            self.assertNotRegex(wire.expect(250, b"EHLO client.test").text, "XCLIENT|XFORWARD")
            for claim in self.CLAIMS:
                with self.subTest(claim=claim, name=name):
                    self.assertIn(wire.command(claim).code, (530, 550))
                    wire.still_usable()
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")

    def test_nobody_relays_by_them(self):
        wire = self.to(self.server, "mx")
        self.assert_code(wire.command(b"XCLIENT ADDR=192.0.2.1"), 550, "5.7.1")
        self.refuses(wire, (b"<x@foreign.test>",))
        header = self.header_of(wire)
        self.assertIn("[127.0.0.1]", header)
        self.assertNotIn("192.0.2.1", header)

    def test_within_a_transaction(self):
        wire = self.to(self.server, "mx")
        wire.begin([ALICE])
        for claim in self.CLAIMS:
            self.assertIn(wire.command(claim).code, (503, 550))
        self.assert_code(wire.command(b"RCPT TO:<x@foreign.test>"), 550, "5.7.1")

    def test_proxy_headers(self):
        """They come before the banner, or behind it: nobody takes them for anything."""
        for header in (version_1("192.0.2.1"), b"PROXY UNKNOWN\r\n", version_2("192.0.2.1")):
            with self.subTest(header=header[:20]):
                wire = self.raw(self.server, "mx")
                wire.expect(220)
                wire.send(header + b"QUIT\r\n")
                codes = {reply.code for reply in wire.replies_until_closed()}
                self.assertLessEqual(codes, {421, 500, 554})
        wait_until(lambda: len(events(self.server, "session.ended")) >= 3, 10, "their ends")
        self.assertEqual({line["ip"] for line in events(self.server, "session.ended")},
                         {"127.0.0.1"})


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
                           b"HELO=(a)", b"HELO=<a>", b"PROTO=HTTP", b"LOGIN=" + b"a" * 256, b"LOGIN=",
                           b"ADDR", b"=x", b"EVIL=1", b"ADDR=192.0.2.1 ADDR=192.0.2.2",
                           b"ADDR=192.0.2.1  PORT=1", b"ADDR=192.0.2.1 EVIL=1", b""):
            with self.subTest(attributes=attributes):
                wire = self.to(self.server, "mx")
                self.assert_code(wire.command(b"XCLIENT " + attributes), 501)
                self.assertIn("[127.0.0.1]", self.header_of(wire))

    def test_values_that_only_look_dangerous(self):
        """They are text: in the log escaped, and nowhere else."""
        for name in (b"*)(uid+3D*", b"../../etc/passwd", b'"},{"ev":"forged"}', b"(a", b"a)+20X-E:+20b",
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
        for claim in (b"ADDR=203.0.113.9", b"ADDR=IPV6:2001:db8::9", b"ADDR=IPV6:::ffff:203.0.113.9",
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
        self.refuses(wire, (b"<x@[203.0.113.9]>", b"<alice@[127.0.0.1]>", b"<x%foreign.test@local.test>",
                            b'<"x@foreign.test"@local.test>'), sender=b"<ann@local.test>")

    def test_a_name_in_a_reply_is_one_line(self):
        wire = self.logged_in_by(b"ADDR=203.0.113.9 LOGIN=" + b"a" * 255)
        self.assert_code(wire.command(b"MAIL FROM:<bob@local.test>"), 550, "5.7.1")

    def test_as_nobody(self):
        for claim in (b"ADDR=203.0.113.9", b"LOGIN=[UNAVAILABLE]"):
            wire = self.logged_in_by(claim)
            self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")


class UsersRelay(TrustCase):
    """The classic probes of somebody who has logged in."""

    def test_probes(self):
        server = self.serve_roles()
        wire = self.logged_in(server)
        self.relays(wire)
        for recipient in relay_test.OpenRelay.MALFORMED:
            self.refuses(self.logged_in(server), (recipient,), "^(500|501|553|555) ",
                         b"<ann@local.test>")
        self.refuses(wire, (b"<x@[203.0.113.9]>", b"<alice@[127.0.0.1]>", b"<x@[IPv6:::1]>",
                            b"<x@[IPv6:::ffff:203.0.113.9]>"), sender=b"<ann@local.test>")
        self.refuses(wire, relay_test.OpenRelay.DISGUISED, r"^550 5\.(7|1)\.1 ",
                     b"<ann@local.test>")


class Proxy(TrustCase):
    """Trusted proxies begin with a header of the PROXY protocol; without one nothing is said."""

    BROKEN = (
        b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n\r\n", b"PROXY\r\n\r\n\r\n\r\n",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1\r\n", b"PROXY TCP4 203.0.113.9 203.0.113.1 1 65536\r\n",
        b"PROXY TCP4 203.0.113.999 203.0.113.1 1 25\r\n", b"PROXY TCP4 ::1 ::2 1 25\r\n",
        b"PROXY TCP6 203.0.113.9 203.0.113.1 1 25\r\n", b"PROXY tcp4 203.0.113.9 203.0.113.1 1 25\r\n",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1 25\n" + b"x" * 80, b"PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
        b"PROXY TCP4  203.0.113.9 203.0.113.1 1 25\r\n", b"PROXY TCP4 203.0.113.9\0 203.0.113.1 1 25\r\n",
        b"PROXY UNKNOWN " + b"x" * 92 + b"\r\n", b"PROXY UNKNOWN " + b"x" * 100_000,
        summed(CLIENT, change=1), version_2(CLIENT, command=0x31), version_2(CLIENT, command=0x2F),
        version_2(CLIENT)[:14] + b"\x11\xff\xff" + b"\0" * 70_000,
        version_2(CLIENT, field(AUTHORITY, b"a\r\nX-Evil: 1")),
        version_2(CLIENT, field(AUTHORITY, b"a\0b")), version_2(CLIENT, field(AUTHORITY, b"\xff")),
        version_2(CLIENT, field(AUTHORITY, b"a.test") * 2), version_2(CLIENT, b"\x02\xff\xff"),
        version_2(CLIENT, certificate_name(b"a\r\nX-Evil: 1")), version_2(CLIENT, certificate_name(b"")),
    )

    def setUp(self):
        self.server = self.trusting(proxy=LOOPBACK, mx={"relay": LOOPBACK})

    def test_whom_it_names(self):
        for header in (version_1(CLIENT), version_2(CLIENT), summed(CLIENT),
                       version_2(CLIENT, field(AUTHORITY, b"evil.test") + field(UNIQUE_ID, b"\r\nX:")
                                 + certificate_name("Jürgen".encode()))):
            with self.subTest(header=header[:20]):
                wire = self.proxied(self.server, header)
                self.refuses(wire, (b"<x@foreign.test>",))
                own = self.header_of(wire)
                self.assertIn("([203.0.113.9])", own)
                self.assertIn("by PROXY of 127.0.0.1", own)
                self.assertNotIn("evil", own)
        self.assert_log_is_sound()

    def test_who_speaks_for_itself(self):
        for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN 203.0.113.9 203.0.113.1 1 25\r\n",
                       version_2(CLIENT, command=LOCAL)):
            with self.subTest(header=header[:20]):
                wire = self.proxied(self.server, header)
                self.relays(wire)
                self.assertIn("([127.0.0.1])", self.header_of(wire))

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
