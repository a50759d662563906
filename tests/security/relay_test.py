"""Open relay and address confusion: one parser, one canonical form, decided for each recipient."""

import unittest

from quoth_case import MESSAGE
from security_case import SecurityCase, events
from waiting import wait_until

SENDERS = (b"<>", b"<alice@local.test>", b"<x@foreign.test>", b"<alice@[127.0.0.1]>")


class RelayCase(SecurityCase):
    """Mail is taken for local.test, bücher.test and sub-domains of wild.test, nobody else."""

    def setUp(self):
        names = ["local.test", "bücher.test", "*.wild.test"]
        tables = {name: ["alice", "user*"] for name in names[1:]}
        self.server = self.serve_with(listener={"accept": names}, recipients=tables)

    def replies(self, recipient, parameters=b"", senders=SENDERS):
        """The replies to RCPT in a session for each sender; DATA is refused if RCPT is."""
        for sender in senders:
            with self.server.session() as wire:
                wire.expect(250, b"MAIL FROM:" + sender + parameters)
                reply = wire.command(b"RCPT TO:" + recipient)
                self.assertEqual(wire.command(b"DATA").code, 354 if reply.code == 250 else 503)
            yield reply

    def check(self, recipients, allowed, parameters=b"", senders=SENDERS):
        for recipient in recipients:
            for reply in self.replies(recipient, parameters, senders):
                with self.subTest(recipient=recipient):
                    self.assertRegex(str(reply), allowed)


class OpenRelay(RelayCase):
    """The classic probes, with any sender: a domain that is not served gets 550 5.7.1."""

    FOREIGN = (
        b"<x@foreign.test>", b"<X@FOREIGN.TEST>", b"<@local.test:x@foreign.test>",
        b"<@local.test,@foreign.test:x@foreign.test>", b'<"alice@local.test"@foreign.test>',
        b"<alice%local.test@foreign.test>", b"<local.test!alice@foreign.test>",
        b"<x@[203.0.113.9]>", b"<alice@[127.0.0.1]>", b"<x@[IPv6:2001:db8::9]>",
        b"<x@[IPv6:::1]>", b"<x@[IPv6:::ffff:127.0.0.1]>", b"<x@[IPv6:::ffff:203.0.113.9]>",
        b"<alice@sub.local.test>", b"<alice@xlocal.test>", b"<alice@local.test.foreign.test>",
        b"<alice@localhost>", b"<postmaster@foreign.test>", b"<alice@wild.test>",
        b"<alice@xwild.test>", b"<x@local>", b"<alice@test>",
    )
    DISGUISED = (
        b"<x%foreign.test@local.test>", b'<"x%foreign.test"@local.test>',
        b'<"x@foreign.test"@local.test>', b'<"x\\@foreign.test"@local.test>',
        b'<"x\\"@foreign.test"@local.test>', b"<foreign.test!x@local.test>",
        b'<"foreign.test!x"@local.test>', b"<@foreign.test:x%foreign.test@local.test>",
        b"<user%foreign.test@local.test>", b"<foreign.test!user@local.test>",
        b'<"user@foreign.test"@local.test>',
    )
    MALFORMED = (
        b"x@foreign.test", b"<x@foreign.test@local.test>", b"<alice@local.test@foreign.test>",
        b'<"x@foreign.test">', b"<foreign.test!x>", b"<x>", b"<alice@local.test,x@foreign.test>",
        b"<alice@local.test>,<x@foreign.test>", b"<alice@local.test> <x@foreign.test>",
        b"<alice@local.test", b"<x@foreign.test>alice@local.test", b"<@local.test@x:foreign.test>",
        b"<x(@foreign.test)@local.test>", b"<x@[999.1.1.1]>", b"<x@foreign..test>", b"<>",
        b"<@foreign.test>", b"<x@>", b"<x@#2130706433>", b"<x@[127.0.0.1>", b"<x@[localhost]>",
        b"<alice@127.0.0.1>",
        b"<alice@local.test;x@foreign.test>", b"<alice@local.test:25>", b"<<x@foreign.test>>",
        b"<alice@local.test\t>", b"<alice@local.test\\@foreign.test>",
    )

    def test_foreign_domains(self):
        self.check(self.FOREIGN, r"^550 5\.7\.1 ")

    def test_addresses_within_addresses(self):
        """Also where every local part of the form user* exists."""
        self.check(self.DISGUISED, r"^550 5\.(7|1)\.1 ")

    def test_no_addresses(self):
        self.check(self.MALFORMED, r"^(500|501|553|555) ")

    def test_the_trailing_dot(self):
        self.check((b"<x@foreign.test.>", b"<alice@local.test.>"), "^501 ")

    def test_a_source_route_that_ends_here(self):
        """RFC 5321 Appendix C: the route is dropped, the mailbox alone decides."""
        self.check((b"<@foreign.test:alice@local.test>",), "^250 ")
        self.check((b"<@foreign.test:nobody@local.test>",), r"^550 5\.1\.1 ")

    def test_our_own_domains(self):
        """The control: these are taken, so what is refused above is so for its address."""
        self.check((b"<alice@local.test>", b"<alice@LOCAL.Test>", b'<"alice"@local.test>',
                    b'<"\\alice"@local.test>', b"<ALICE@local.test>", b"<alice@a.b.wild.test>",
                    b"<alice@xn--bcher-kva.test>"), "^250 ")

    def test_a_good_recipient_opens_nothing_for_the_next(self):
        wire = self.session(self.server)
        wire.begin([b"alice@local.test"])
        for recipient in self.FOREIGN:
            self.assert_code(wire.command(b"RCPT TO:" + recipient), 550, "5.7.1")
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        self.assertIn("/local.test/alice/new/", str(self.stored_one(self.server)))
        wait_until(lambda: events(self.server, "smtp.in"), 10, "the transaction in the log")
        self.assertEqual(events(self.server, "smtp.in")[0]["to"], ["alice@local.test"])


class AddressConfusion(RelayCase):
    """"Splitting the email atom" (2024): encodings and look-alikes that another parser would read
    as a different address."""

    SMTPUTF8 = b" SMTPUTF8"
    ONE_SENDER = (b"<>",)

    def test_encoded_words_are_text(self):
        self.check((b"<=?utf-8?q?x=40foreign.test=3e=00?=@local.test>",
                    b"<=?utf-8?q?alice?=@local.test>", b"<=?utf-7?q?&AG8-alice?=@local.test>",
                    b"<=?x?q?alice=40local.test?=foreign@local.test>"), r"^550 5\.1\.1 ")
        self.check((b"<=?utf-8?q?alice=40local.test=3e?=@foreign.test>",), r"^550 5\.7\.1 ")

    def test_utf7_is_text(self):
        self.check((b"<+AGEAbABpAGMAZQ-@local.test>", b"<alice+AEA-foreign.test@local.test>"),
                   r"^550 5\.1\.1 ")

    def test_quotes_within_quotes(self):
        self.check((b'<"alice\\"@foreign.test>', b'<"alice"x@local.test>', b'<"a"."b"@local.test>',
                    b'<""alice@local.test>'), "^(501|550) ")

    def test_the_u_label_and_the_a_label_are_one_domain(self):
        for domain in ("bücher.test", "BÜCHER.TEST", "bu\u0308cher.test"):
            self.check((f"<alice@{domain}>".encode(),), "^250 ", self.SMTPUTF8, self.ONE_SENDER)
        self.check((b"<alice@XN--BCHER-KVA.test>",), "^250 ")

    def test_letters_that_look_alike_are_another_domain(self):
        """Cyrillic о and а; ß, which is no ss."""
        for domain in ("lоcal.test", "locаl.test", "bücheß.test"):
            self.check((f"<alice@{domain}>".encode(),), r"^550 5\.7\.1 ", self.SMTPUTF8,
                       self.ONE_SENDER)

    def test_characters_that_become_ascii_make_no_address(self):
        """The fullwidth dot, at sign and letters; a ligature, a soft hyphen, spaces of no width,
        the Kelvin sign, a circled letter: none of them is taken for what NFKC makes of it."""
        for path in ("alice@local．test", "alice@ｌocal.test", "alice@local。test", "alice@ℓocal.test",
                     "alice@lo\u00adcal.test", "alice@lo\u200bcal.test", "alice@ⓛocal.test",
                     "alice＠local.test", "alice@local.test\u2024foreign.test",
                     "alice@\u202elocal.test"):
            self.check((f"<{path}>".encode(),), "^(501|553) ", self.SMTPUTF8, self.ONE_SENDER)

    def test_an_at_sign_in_another_width_is_part_of_the_local_part(self):
        self.check(("<alice＠foreign.test@local.test>".encode(),), r"^550 5\.1\.1 ", self.SMTPUTF8,
                   self.ONE_SENDER)

    def test_broken_utf8(self):
        for octets in (b"\xc0\xaf", b"\xed\xa0\x80", b"\xff", b"\xc3", b"\xf4\x90\x80\x80"):
            self.check((b"<al" + octets + b"ice@local.test>", b"<alice@lo" + octets + b".test>"),
                       "^(500|501|553) ", self.SMTPUTF8, self.ONE_SENDER)

    def test_without_smtputf8(self):
        self.check(("<alice@bücher.test>".encode(), "<älice@local.test>".encode()),
                   r"^553 5\.6\.7 ")


if __name__ == "__main__":
    unittest.main()
