"""Header and reply injection: nothing of the envelope makes a line of its own anywhere."""

import json
import unittest

import mail_files
from quoth_case import MESSAGE, USER
from quoth_process import configuration
from security_case import SecurityCase, events
from waiting import wait_until

CONTROLS = (b"\r", b"\n", b"\0", b"\x0b", b"\x1b[2J", b"\x7f", b"\r\nX", b"\n\r")
LONGEST_LINE = 998


def own_lines(file):
    """The lines of the fields that the server wrote on top."""
    return mail_files.split(file.read_bytes())[0].splitlines()


class InjectionCase(SecurityCase):
    def setUp(self):
        self.server = self.serve_with()

    def refused(self, line):
        """The command is refused, and it alone: no second reply but to a second line."""
        with self.server.connect() as wire:
            wire.greet() if not line.startswith((b"EHLO", b"HELO")) else wire.expect(220)
            if line.startswith(b"RCPT"):
                wire.expect(250, b"MAIL FROM:<>")
            self.assert_refused(wire.command(line))


class HeloInjection(InjectionCase):
    """CR, LF, NUL and 8-bit octets of HELO in the Received field (as of many proxies' and
    servers' trace fields)."""

    def test_controls(self):
        for verb in (b"EHLO ", b"HELO "):
            for octets in CONTROLS:
                if b"\r\n" not in octets:
                    with self.subTest(verb=verb, octets=octets):
                        self.refused(verb + b"a.test" + octets + b"X-Evil: 1")

    def test_no_host_name(self):
        for name in (b"\xff", "bücher.test".encode("latin-1"), b"a.test X-Evil: 1", b"a\tb",
                     b"(a)", b"a;b", b"<a>", b"a\\", b'"a"', b"[127.0.0.1", b"[x y]", b"a" * 256):
            with self.subTest(name=name):
                self.refused(b"EHLO " + name)

    def test_a_refused_name_is_nowhere(self):
        with self.server.connect() as wire:
            wire.expect(220)
            wire.command(b"EHLO good.test\rX-Evil: 1")
            wire.expect(250, b"EHLO good.test")
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        octets = self.stored_one(self.server).read_bytes()
        self.assertIn(b"good.test", octets)
        self.assertNotIn(b"Evil", octets)

    def test_longest_name_keeps_the_field_folded(self):
        """A field of ours has no line over 998 octets (RFC 5322 §2.1.1)."""
        name = b".".join([b"a" * 63] * 4)[:255]
        sender = b"s" * 64 + b"@" + b".".join([b"d" * 63] * 3)[:189]
        with self.server.connect() as wire:
            wire.expect(220)
            wire.expect(250, b"EHLO " + name)
            self.assert_code(wire.deliver(MESSAGE, [b"user" + b"x" * 60 + b"@local.test"], sender),
                             250)
        lines = own_lines(self.stored_one(self.server))
        self.assertIn(name, b"".join(lines))
        self.assertLessEqual(max(map(len, lines)), LONGEST_LINE)
        self.assertTrue(all(line[:1] in b" \t" or line.startswith((b"Return-Path: ", b"Received: "))
                            for line in lines), lines)


class AddressInjection(InjectionCase):
    """OpenSMTPD 7.8.0p1 and CVE-2020-8794: line ends in addresses that become lines elsewhere."""

    def test_controls(self):
        for octets in CONTROLS:
            if b"\r\n" in octets:
                continue
            for local in (b"a" + octets + b"b", b'"a' + octets + b'b"', b'"a\\' + octets + b'b"'):
                with self.subTest(local=local):
                    self.refused(b"MAIL FROM:<" + local + b"@client.test>")
                    self.refused(b"RCPT TO:<" + local + b"@local.test>")

    def test_a_quoted_line_end(self):
        """CRLF ends a command wherever it stands: what follows is a command, and none of ours."""
        wire = self.session(self.server)
        wire.send(b'MAIL FROM:<"a\r\nX-Evil: 1\r\n"@client.test>\r\n')
        self.assertEqual([wire.reply().code // 100 for _ in range(3)], [5, 5, 5])

    def test_quoted_text_that_looks_like_a_field(self):
        """The control: it is a good address, and stays within its line."""
        with self.server.session() as wire:
            sender = b'"a\\b X-Evil: 1; (c) <d> \\"e"@client.test'
            self.assert_code(wire.deliver(MESSAGE, [USER], sender), 250)
        file = self.stored_one(self.server)
        lines = [line for line in own_lines(file) if b"X-Evil" in line]
        self.assertTrue(lines)
        self.assertTrue(all(line.startswith(b"Return-Path: ") for line in lines), lines)

    def test_in_the_log(self):
        """A line of the log is one JSON object, whatever a client says."""
        with self.server.session() as wire:
            wire.command(b'X-Evil\x1b[31m"\\"},{"ev":"forged"}')
            self.assert_code(wire.deliver(MESSAGE, [USER], b'"\\"},{\\"ev"@client.test'), 250)
        wait_until(lambda: events(self.server, "smtp.in"), 10, "the transaction in the log")
        self.assertEqual(events(self.server, "forged"), [])
        for line in self.server.log().splitlines():
            self.assertIn("ev", json.loads(line))


class ReplyInjection(InjectionCase):
    """CVE-2020-8794's other side: what a reply repeats of the client stays in its line."""

    def test_replies_are_well_formed(self):
        """The helper fails at a reply with a bare line end, a NUL, or over 512 octets."""
        wire = self.session(self.server)
        for line in (b"x" * 400, b"HELP " + b"x" * 400, b"VRFY \x1b[2J",
                     b"MAIL FROM:<" + b"x" * 400, b"MAIL FROM:<a@b.test> " + b"X" * 300 + b"=1",
                     b"HELP a\rb", b"EXPN \xff\xfe",
                     b"RCPT TO:<" + b"\xff" * 60 + b"@local.test>"):
            with self.subTest(line=line):
                self.assertIn(wire.command(line).code // 100, (2, 5))


class XtextInjection(InjectionCase):
    """ENVID and ORCPT hide line ends in xtext: `+0D+0A` (RFC 3461 §4, §5)."""

    HIDDEN = (b"a+0D+0AX-Evil:1", b"a+0D", b"a+0A", b"+00", b"+1B", b"+7F", b"a+0d+0a", b"+8", b"+",
              b"+G0", b"a=b", b"+C3+A9")

    def setUp(self):
        self.server = self.serve_with(listener={"extensions": {"dsn": True}})
        self.wire = self.session(self.server)

    def test_envelope_id(self):
        for hidden in self.HIDDEN:
            with self.subTest(hidden=hidden):
                self.assert_code(self.wire.command(b"MAIL FROM:<> ENVID=" + hidden), 501)

    def test_original_recipient(self):
        self.wire.begin([])
        for hidden in self.HIDDEN:
            with self.subTest(hidden=hidden):
                line = b"RCPT TO:<" + USER + b"> ORCPT=rfc822;" + hidden
                self.assert_code(self.wire.command(line), 501)
        for kind in (b"rfc822", b";a", b"r\xe9;a"):
            with self.subTest(kind=kind):
                line = b"RCPT TO:<" + USER + b"> ORCPT=" + kind
                self.assert_code(self.wire.command(line), 501)

    def test_harmless_xtext(self):
        """The control: printable octets pass, and are no part of the stored header."""
        self.wire.expect(250, b"MAIL FROM:<> RET=HDRS ENVID=a+2Bb+3Dc+20d")
        self.wire.expect(250, b"RCPT TO:<" + USER + b"> NOTIFY=NEVER ORCPT=rfc822;a+40b.test")
        self.wire.expect(354, b"DATA")
        self.wire.send(MESSAGE + b".\r\n")
        self.wire.expect(250)
        self.assertNotIn(b"a+b", self.stored_one(self.server).read_bytes())

    def test_without_the_extension(self):
        with self.serve(config=configuration("mail")).session() as wire:
            self.assert_code(wire.command(b"MAIL FROM:<> ENVID=a+0D+0A"), 555)


if __name__ == "__main__":
    unittest.main()
