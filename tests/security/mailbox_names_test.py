"""Local parts that look like paths, templates or commands: each is a file name below the root."""

import unittest

import mail_files
from quoth_case import MESSAGE
from security_case import SecurityCase

MARK = "quoth-was-here"
FOLDER = r"^(?!\.)[\x21-\x2e\x30-\x7e]+$"  # printable ASCII without a slash; no dot first


class NamesCase(SecurityCase):
    """Everybody at local.test exists, and has the Maildir mail/{domain}/{local}. Names with a
    percent sign, which `*` does not match, are listed."""

    PERCENT = ("%", "a%2Fb", "a%2fb%", "a%252Fb", "%00", "%2E.", "%2e%2e", "%20", "%(local)s",
               "%s%n")

    def setUp(self):
        self.server = self.serve_with(users=("*", *self.PERCENT),
                                      listener={"accept": ["local.test", "b.test"]},
                                      recipients={"b.test": ["*"]})
        self.outside = self.paths_outside()

    def paths_outside(self):
        """All that stands in the server's folder, but for its mail and its log."""
        mail = self.server.mail
        return {path for path in self.server.folder.rglob("*") if mail not in path.parents}

    def deliver(self, local, domain=b"local.test", parameters=b""):
        """The reply to RCPT; the message is delivered if it is 250."""
        with self.server.session() as wire:
            wire.expect(250, b"MAIL FROM:<>" + parameters)
            reply = wire.command(b"RCPT TO:<" + local + b"@" + domain + b">")
            if reply.code == 250:
                wire.expect(354, b"DATA")
                wire.send(MESSAGE + b".\r\n")
                wire.expect(250)
            return reply

    def names(self):
        """The folder of each delivered message below its domain's: (domain, local)."""
        found = []
        for file in mail_files.delivered(self.server.mail):
            domain, local, new, _ = file.relative_to(self.server.mail).parts
            self.assertEqual(new, "new")
            found.append((domain, local))
        return found

    def check(self, locals_):
        """Each is taken, in a folder of its own that is named in plain ASCII."""
        for local in locals_:
            with self.subTest(local=local):
                before = self.names()
                self.assert_code(self.deliver(local), 250)
                new = set(self.names()) - set(before)
                self.assertEqual(len(new), 1)
                self.assertRegex(new.pop()[1], FOLDER)
        self.assertEqual(self.paths_outside(), self.outside)


class PathTraversal(NamesCase):
    """`RCPT TO:<"../../etc/x"@us>`: no local part and no domain leaves its folder."""

    def test_local_parts(self):
        self.check((b'"../../etc/x"', b'"../../../../../../tmp/x"', b'"a/b"', b'"/etc/passwd"',
                    b'".."', b'"."', b'""', b'"../b.test/alice"',
                    b'"..\\/..\\/z"', b'"a/../../b"', b'"a."',
                    b'"/"', b'"' + b"/" * 62 + b'"', b'"' + b"../" * 20 + b'"', b'".hidden"',
                    b'"..\\\\..\\\\x"', b"new", b"cur", b"tmp"))

    def test_no_local_parts(self):
        for local in (b"..", b".", b"../../etc/x/..", b"a..b", b".a", b"a.", b'"a\0b"'):
            with self.subTest(local=local):
                self.assertEqual(self.deliver(local).code // 100, 5)
        self.assert_nothing_stored(self.server)

    def test_without_quotes(self):
        """A slash is an atom's octet (RFC 5321 §4.1.2)."""
        self.check((b"a/b", b"/etc/passwd", b"/"))

    def test_domains(self):
        for domain in (b"..", b"../local.test", b"local.test/..", b"local.test/", b"[../x]",
                       b"[IPv6:../x]", b"local.test\\", b"%2e%2e", b"{domain}", b"~", b""):
            with self.subTest(domain=domain):
                self.assertEqual(self.deliver(b"alice", domain).code // 100, 5)
        self.assert_nothing_stored(self.server)


class EscapeConfusion(NamesCase):
    """What an escape looks like is escaped itself: two names never share a folder."""

    def test_different_names_stay_apart(self):
        self.check((b'"a/b"', b"a%2Fb", b"a%2fb%", b"a%252Fb", b"a_b", b"a=2Fb", b"a+2Fb", b"%00",
                    b"%", b'""', b'"%2E."', b'".."', b"%2e%2e", b'" "', b"%20", b"+", b"_"))

    def test_one_name_in_two_forms_is_one_folder(self):
        for one, other in ((b'"alice"', b"alice"), (b'"a\\lice"', b"ALICE"),
                           (b'"a\\/b"', b'"a/b"')):
            with self.subTest(one=one):
                self.assert_code(self.deliver(one), 250)
                self.assert_code(self.deliver(other), 250)
        self.assertEqual(len(set(self.names())), 2)
        self.assertEqual(len(self.names()), 6)


class TemplateInjection(NamesCase):
    """CVE-2019-10149, CVE-2014-2972 (Exim): what a client says is never a template."""

    def test_of_exim_and_of_ours(self):
        self.check((b"${run{/bin/sh}}", b'"${run{/bin/sh -c \\"touch ' + MARK.encode() + b'\\"}}"',
                    b"{local}", b"{domain}", b'"{domain}/{local}"', b"${domain}", b"$local_part",
                    b'"%(local)s"', b"{{7*7}}", b"{0}", b"%s%n", b"#{1}"))
        self.assertEqual(list(self.server.folder.rglob(MARK)), [])
        self.assertEqual({domain for domain, _ in self.names()}, {"local.test"})


class ShellInjection(NamesCase):
    """CVE-2020-7247 (OpenSMTPD): `MAIL FROM:<;id;>` never comes near a shell."""

    def test_sender(self):
        for sender in (b";id;", b";for i in 0 1 2;do read r;done;sh;exit 0;", b"|id"):
            with self.subTest(sender=sender), self.server.session() as wire:
                self.assert_refused(wire.command(b"MAIL FROM:<" + sender + b">"))
                self.assert_refused(wire.command(b"MAIL FROM:<" + sender + b"@>"))

    def test_recipient(self):
        command = b"touch ${PWD}" + b"/" + MARK.encode()
        self.check((b'";' + command + b';"', b"|id", b"`id`", b'"$(' + command + b')"', b"-rf",
                    b"--help", b"~root", b"$HOME", b"a*b?c", b'"a:b,c;d"', b'"&& reboot"', b"'x'"))
        self.assertEqual(list(self.server.folder.rglob(MARK)), [])


class LongNames(NamesCase):
    """No name is longer than a file system takes (255 octets), and none is cut."""

    def test_longest_local_part(self):
        """64 octets (RFC 5321 §4.5.3.1.1), each escaped to three: 192."""
        self.check((b"a" * 64, b'"' + b"/" * 62 + b'"', b'"' + b"/" * 61 + b'x"'))

    def test_too_long(self):
        for local in (b"a" * 65, b"a" * 255, b'"' + b"/" * 255 + b'"'):
            with self.subTest(octets=len(local)):
                self.assertEqual(self.deliver(local).code // 100, 5)
        self.assert_nothing_stored(self.server)


class UnicodeNames(NamesCase):
    """Local parts are octets: NFC and NFD, wide and narrow, are different mailboxes."""

    PAIRS = (("é", "e\u0301"), ("ａ", "a"), ("ﬁ", "fi"), ("ß", "ss"), ("İ", "i"), ("\u212a", "k"))

    def test_normal_forms_stay_apart(self):
        for one, other in self.PAIRS:
            with self.subTest(one=one):
                for local in (one, other):
                    reply = self.deliver(local.encode(), parameters=b" SMTPUTF8")
                    self.assert_code(reply, 250)
        folders = [local for _, local in self.names()]
        self.assertEqual(len(set(folders)), len({name for pair in self.PAIRS for name in pair}))
        for folder in folders:
            self.assertTrue(folder.isascii(), folder)

    def test_without_smtputf8(self):
        for local in ("é", "e\u0301"):
            self.assert_code(self.deliver(local.encode()), 553, "5.6.7")
        self.assert_nothing_stored(self.server)


class CaseOfNames(NamesCase):
    """ASCII case makes no other mailbox; only one folder exists on any file system."""

    def test_upper_and_lower(self):
        for local in (b"bob", b"Bob", b"BOB"):
            self.assert_code(self.deliver(local), 250)
        self.assertEqual(self.names(), [("local.test", "bob")] * 3)


if __name__ == "__main__":
    unittest.main()
