"""Commands without end: each limit at its number and one past it, with its line in the log."""

import unittest

import mail_files
from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from waiting import wait_until

GOOD = b"RCPT TO:<" + USER + b">"
BAD = b"RCPT TO:<nobody@local.test>"


class FloodCase(SecurityCase):
    def check_limit(self, server, line, limit, code):
        """The command is answered `limit` times; the next one gets 421 4.7.0 and the end."""
        wire = self.session(server)
        for _ in range(limit):
            self.assert_code(wire.command(line), code)
        wire.send(line + b"\r\n")
        self.assert_ends_with_421(wire, "4.7.0")

    def check_below(self, server, line, limit):
        """So many are no harm: the session goes on to a message."""
        wire = self.session(server)
        for _ in range(limit):
            wire.command(line)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def check_group(self, server, line, limit):
        """The same in one write, with much more behind it."""
        wire = self.session(server)
        wire.try_send((line + b"\r\n") * (limit + 1000))
        codes = [reply.code for reply in wire.replies_until_closed()]
        self.assertEqual(len(codes), limit + 1)
        self.assertEqual(codes[-1], 421)


class BadCommands(FloodCase):
    """Guessing, and garbage: `errors` failed commands (Postfix smtpd_hard_error_limit: 20)."""

    LINES = (b"FROB", b"\xff\xfe", b"MAIL FROM:<a@b.test> X=1", b"MAIL FROM:a",
             b"RCPT TO:<a@b.test>", b"NOOP a\0b", b"NOOP " + b"x" * 600, b"EHLO ?", b"")

    def test_default_of_20(self):
        server = self.serve_with()
        self.check_limit(server, b"FROB", 19, 500)
        self.check_group(server, b"FROB", 19)
        self.assert_defence(server, "errors", 2)

    def test_19_are_no_harm(self):
        server = self.serve_with()
        self.check_below(server, b"FROB", 19)
        self.assert_no_defence(server)

    def test_every_kind(self):
        server = self.serve_with(limits={"errors": 3})
        for line in self.LINES:
            with self.subTest(line=line[:30]):
                wire = self.session(server)
                self.assert_refused(wire.command(line))
                self.assert_refused(wire.command(line))
                wire.send(line + b"\r\n")
                self.assert_ends_with_421(wire, "4.7.0")
        self.assert_counted(server, "errors", len(self.LINES))


class DirectoryHarvest(FloodCase):
    """Refused recipients are counted apart, and over all transactions of a connection."""

    def test_default_of_100(self):
        server = self.serve_with(limits={"junk_commands": 1000})
        wire = self.session(server)
        for number in range(99):
            if number % 10 == 0:
                wire.expect(250, b"RSET")
                wire.begin([])
            self.assert_code(wire.command(BAD), 550)
        wire.send(BAD + b"\r\n")
        self.assert_ends_with_421(wire, "4.7.0")
        self.assert_defence(server, "errors")

    def test_99_are_no_harm(self):
        server = self.serve_with()
        wire = self.session(server)
        wire.begin([USER])
        wire.send(BAD + b"\r\n")
        self.assert_code(wire.reply(), 550)
        wire.send((BAD + b"\r\n") * 98)
        self.assertEqual({wire.reply().code for _ in range(98)}, {550})
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        self.assert_no_defence(server)

    def test_vrfy_and_expn_tell_nothing(self):
        """RFC 5321 §7.3: the answer is the same for who exists and who does not."""
        wire = self.session(self.serve_with())
        known, unknown = wire.command(b"VRFY user"), wire.command(b"VRFY nobody")
        self.assertEqual(known, unknown)
        self.assert_code(known, 252)
        self.assertEqual(wire.command(b"EXPN user"), wire.command(b"EXPN nobody"))


class JunkCommands(FloodCase):
    """NOOP, RSET, VRFY, HELP, EHLO without end (Postfix smtpd_junk_command_limit: 100). Each count
    here begins behind a message."""

    KINDS = ((b"NOOP", 250), (b"RSET", 250), (b"VRFY user", 252), (b"HELP", 214), (b"EHLO a", 250),
             (b"HELO a", 250))

    def session(self, server, **options):
        wire = super().session(server, **options)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        return wire

    def test_default_of_100(self):
        server = self.serve_with()
        self.check_limit(server, b"NOOP", 100, 250)
        self.check_group(server, b"NOOP", 100)
        self.assert_defence(server, "junk_commands", 2)

    def test_at_the_limit(self):
        server = self.serve_with()
        self.check_below(server, b"NOOP", 100)
        self.assert_no_defence(server)

    def test_every_kind(self):
        server = self.serve_with(limits={"junk_commands": 5})
        for line, code in self.KINDS:
            with self.subTest(line=line):
                self.check_limit(server, line, 5, code)
        self.assert_counted(server, "junk_commands", len(self.KINDS))

    def test_transactions_without_a_message(self):
        """MAIL and RSET in turn are of this kind, too."""
        wire = self.session(self.serve_with(limits={"junk_commands": 5}))
        wire.try_send(b"MAIL FROM:<>\r\nRSET\r\n" * 20)
        codes = [reply.code for reply in wire.replies_until_closed()]
        self.assertEqual(codes, [250] * 11 + [421])

    def test_a_message_begins_the_count_anew(self):
        server = self.serve_with(limits={"junk_commands": 5})
        wire = self.session(server)
        for _ in range(4):
            for _ in range(5):
                wire.expect(250, b"NOOP")
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assert_no_defence(server)


class ManyMessages(FloodCase):
    """`messages` of one connection."""

    def test_at_the_limit_and_past_it(self):
        server = self.serve_with(limits={"messages": 3})
        wire = self.session(server)
        for _ in range(3):
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        wire.send(b"MAIL FROM:<>\r\n")
        self.assert_ends_with_421(wire, "4.7.0")
        self.assert_defence(server, "messages")
        self.assertEqual(len(mail_files.delivered(server.mail)), 3)


class ManyRecipients(FloodCase):
    """RFC 5321 §4.5.3.1.10: one recipient too many gets 452, and the others their message."""

    def check(self, server, limit):
        wire = self.session(server)
        wire.expect(250, b"MAIL FROM:<>")
        wire.send(b"".join(b"RCPT TO:<user%d@local.test>\r\n" % n for n in range(limit + 3)))
        replies = [wire.reply() for _ in range(limit + 3)]
        self.assertEqual([reply.code for reply in replies], [250] * limit + [452] * 3)
        self.assertEqual(replies[-1].enhanced, "4.5.3")
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        files = mail_files.delivered(server.mail)
        self.assertEqual(sorted(file.parts[-3] for file in files),
                         sorted(f"user{n}" for n in range(limit)))
        wait_until(lambda: events(server, "smtp.in"), 10, "the transaction in the log")
        self.assertEqual(events(server, "smtp.in")[0]["n_to"], limit)

    def test_configured(self):
        self.check(self.serve_with(limits={"recipients": 100}), 100)

    def test_default_of_1000(self):
        """Discarded: a thousand Maildirs take their time."""
        server = self.serve_with(via="discard")
        wire = self.session(server)
        wire.expect(250, b"MAIL FROM:<>")
        wire.send((GOOD + b"\r\n") * 1001)
        self.assertEqual([wire.reply().code for _ in range(1001)], [250] * 1000 + [452])
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)

    def test_domains(self):
        names = [f"d{n}.test" for n in range(3)]
        server = self.serve_with(limits={"recipient_domains": 2}, listener={"accept": names},
                                 recipients={name: ["*"] for name in names})
        wire = self.session(server)
        wire.begin([b"a@d0.test", b"a@d1.test", b"b@D0.test"])
        self.assert_code(wire.command(b"RCPT TO:<a@d2.test>"), 452, "4.5.3")
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        self.assertEqual(len(mail_files.delivered(server.mail)), 3)


if __name__ == "__main__":
    unittest.main()
