"""Open-relay probes, and mailbox names that try to leave the Maildir root."""

import unittest

import mail_files
from quoth_case import MESSAGE, QuothCase

SENDERS = (b"<>", b"<alice@local.test>", b"<relay@foreign.test>", b"<postmaster@[127.0.0.1]>")

# A domain that is not ours: 550 5.7.1, whatever stands before it.
FOREIGN = (
    b"<relay@foreign.test>",
    b"<relay@FOREIGN.TEST>",
    b"<@local.test:relay@foreign.test>",
    b"<@local.test,@foreign.test:relay@foreign.test>",
    b"<relay@[203.0.113.9]>",
    b"<relay@[127.0.0.1]>",
    b"<relay@[IPv6:2001:db8::9]>",
    b"<relay@[IPv6:::ffff:127.0.0.1]>",
    b"<relay@sub.local.test>",
    b"<relay@xlocal.test>",
    b"<relay@local.test.foreign.test>",
    b"<relay@localhost>",
    b'<"alice@local.test"@foreign.test>',
    b"<alice%local.test@foreign.test>",
    b"<local.test!alice@foreign.test>",
    b"<postmaster@foreign.test>",
)

# Our domain with somebody else's address inside the local part: no such user, or no address.
DISGUISED = (
    b"<relay%foreign.test@local.test>",
    b'<"relay%foreign.test"@local.test>',
    b'<"relay@foreign.test"@local.test>',
    b'<"relay\\@foreign.test"@local.test>',
    b"<foreign.test!relay@local.test>",
    b"<@foreign.test:relay%foreign.test@local.test>",
    b"<=?utf-8?q?relay=40foreign.test?=@local.test>",
    b"<+relay=foreign.test@local.test>",
)

# No address by the grammar of RFC 5321 §4.1.2.
MALFORMED = (
    b"relay@foreign.test",
    b"<relay@foreign.test@local.test>",
    b"<relay@local.test@foreign.test>",
    b'<"relay@foreign.test">',
    b"<relay@foreign.test.>",
    b"<foreign.test!relay>",
    b"<relay>",
    b"<alice@local.test,relay@foreign.test>",
    b"<alice@local.test>,<relay@foreign.test>",
    b"<alice@local.test> <relay@foreign.test>",
    b"<alice@local.test",
    b"<relay@foreign.test>alice@local.test",
    b"<@local.test@relay:foreign.test>",
    b"<relay(@foreign.test)@local.test>",
    b"<relay@[999.1.1.1]>",
    b"<relay@foreign..test>",
    b"<>",
)


class OpenRelay(QuothCase):
    def setUp(self):
        self.server = self.serve()

    def probe(self, sender, recipient):
        """The reply to RCPT in a session of its own; DATA must then be refused."""
        with self.server.session() as wire:
            wire.expect(250, b"MAIL FROM:" + sender)
            reply = wire.command(b"RCPT TO:" + recipient)
            self.assertIn(wire.command(b"DATA").code, (503, 554))
            return reply

    def probe_all(self, recipients, allowed):
        for sender in SENDERS:
            for recipient in recipients:
                with self.subTest(sender=sender, recipient=recipient):
                    reply = self.probe(sender, recipient)
                    self.assertRegex(str(reply), allowed)
        self.assertEqual(mail_files.delivered(self.server.mail), [])

    def test_foreign_domains(self):
        self.probe_all(FOREIGN, r"^550 5\.7\.1 ")

    def test_disguised_addresses(self):
        self.probe_all(DISGUISED, "^(550|501|553) ")

    def test_malformed_addresses(self):
        self.probe_all(MALFORMED, "^(501|553|555) ")

    def test_one_good_recipient_opens_nothing_for_the_next(self):
        wire = self.session(self.server)
        wire.begin([b"alice@local.test"])
        for recipient in FOREIGN:
            self.assert_code(wire.command(b"RCPT TO:" + recipient), 550, "5.7.1")
        wire.expect(354, b"DATA")
        wire.send(MESSAGE + b".\r\n")
        wire.expect(250)
        self.assertEqual(len(mail_files.delivered(self.server.mail)), 1)

    def test_unknown_user(self):
        wire = self.session(self.server)
        wire.begin([])
        for recipient in (b"<nobody@local.test>", b"<alicex@local.test>", b"<xalice@local.test>"):
            self.assert_code(wire.command(b"RCPT TO:" + recipient), 550, "5.1.1")

    def test_source_route_to_us_is_ignored(self):
        """RFC 5321 appendix C: the route is dropped, or such a recipient is refused."""
        wire = self.session(self.server)
        wire.begin([])
        reply = wire.command(b"RCPT TO:<@foreign.test:alice@local.test>")
        self.assertIn(reply.code, (250, 501, 550, 553))


class MailboxNames(QuothCase):
    """Every local part is taken here: each accepted one has a Maildir of its own below the root."""

    NAMES = (
        # Paths.
        b'"../../etc/x"', b'"a/b"', b'".."', b'"."', b'"/etc/passwd"', b'"x\\/y"', b'"..\\/..\\/z"',
        b'"../new/x"', b'"a/../../b"', b'"' + b"/" * 62 + b'"', b'"' + b"." * 62 + b'"', b'"..a"',
        b'"a."', b"new", b"cur", b"tmp",
        # What an escape may look like.
        b"a%2fb", b"a%2Fb", b"%2e%2e", b"%00", b"a_b", b"a=b", b"a=2Fb", b"a+2Fb",
        # What a shell or a template would take for its own.
        b"~root", b"$HOME", b"`id`", b"{local}", b"{domain}", b'"{local}/{domain}"', b"-rf",
        b"a*b?c", b"a|b", b'"a:b,c;d"', b'"a b"', b'" "', b'"a\\"b"', b'"a\\\\b"', b"a" * 64,
    )

    # Other ways to write one of the names above.
    SAME = ((b'"~root"', b"~root"), (b'"a\\ b"', b'"a b"'), (b'"\\a/b"', b'"a/b"'))

    NO_ADDRESS = (
        b"..", b".", b"a..b", b".a", b"a.", b'"a\0b"', b'"a\tb"', b'"a\rb"', b'"a\nb"', b'""x',
        b"a/b\0",
    )

    def setUp(self):
        self.server = self.serve(users=("*",))
        self.outside = self.files_outside()

    def files_outside(self):
        """All paths in the server's folder but those of its mail."""
        mail = self.server.mail
        return {path for path in self.server.folder.rglob("*") if mail not in path.parents}

    def maildirs(self):
        return {file.parent for file in mail_files.delivered(self.server.mail)}

    def deliver(self, local):
        with self.server.session() as wire:
            wire.expect(250, b"MAIL FROM:<>")
            if wire.command(b"RCPT TO:<" + local + b"@local.test>").code != 250:
                return False
            wire.expect(354, b"DATA")
            wire.send(MESSAGE + b".\r\n")
            wire.expect(250)
            return True

    def test_each_name_has_a_maildir_below_the_root(self):
        taken = [name for name in self.NAMES if self.deliver(name)]
        files = mail_files.delivered(self.server.mail)
        self.assertEqual(len(files), len(taken))
        for file in files:
            domain, *mailbox = file.relative_to(self.server.mail).parts
            self.assertEqual((domain, len(mailbox), mailbox[1]), ("local.test", 3, "new"), file)
        self.assertEqual(self.files_outside(), self.outside)

    def test_different_names_never_share_a_maildir(self):
        taken = [name for name in self.NAMES if self.deliver(name)]
        self.assertEqual(len(self.maildirs()), len(taken))

    def test_one_name_written_in_two_ways_has_one_maildir(self):
        for name, other in self.SAME:
            with self.subTest(name=name):
                before = self.maildirs()
                self.assertTrue(self.deliver(name) and self.deliver(other))
                self.assertEqual(len(self.maildirs() - before), 1)

    def test_most_names_are_accepted(self):
        """These are good addresses by RFC 5321 §4.1.2; only what is no address may be refused."""
        for name in (b"a=b", b"$HOME", b"`id`", b"{local}", b'"a b"', b'"a/b"', b"new"):
            with self.subTest(name=name):
                self.assertTrue(self.deliver(name))

    def test_names_that_are_no_address(self):
        for name in self.NO_ADDRESS:
            with self.subTest(name=name), self.server.session() as wire:
                wire.expect(250, b"MAIL FROM:<>")
                self.assert_refused(wire.command(b"RCPT TO:<" + name + b"@local.test>"))
        self.assert_nothing_stored(self.server)

    def test_names_that_differ_in_unicode_or_length(self):
        for name in (b"a" * 65, "é".encode(), "e\u0301".encode(), b'"' + b"a" * 70 + b'"'):
            with self.subTest(name=name), self.server.session() as wire:
                wire.expect(250, b"MAIL FROM:<>")
                self.assert_refused(wire.command(b"RCPT TO:<" + name + b"@local.test>"))

    def test_domains_as_paths(self):
        for domain in (b"..", b"../local.test", b"local.test/..", b"[../x]", b"[IPv6:../x]"):
            with self.subTest(domain=domain), self.server.session() as wire:
                wire.expect(250, b"MAIL FROM:<>")
                self.assert_refused(wire.command(b"RCPT TO:<alice@" + domain + b">"))


if __name__ == "__main__":
    unittest.main()
