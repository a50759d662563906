"""Who may not speak for others, and what those may who speak for themselves: the classic probes."""

import unittest

import relay_test
from proxy_header import version_1, version_2
from security_case import events
from trust_case import ALICE, TrustCase
from waiting import wait_until


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


if __name__ == "__main__":
    unittest.main()
