"""AUTH: what nobody learns by it, neither from our replies nor from the log."""

import unittest
from pathlib import Path

from auth_case import PLAIN_TEXT, SCRAM, WRONG, AuthCase, encoded, wherever
from quoth_case import MESSAGE
from roles_case import PASSWORD, plain


class SameReply(AuthCase):
    """Who exists is told to nobody."""

    UNKNOWN = (b"nobody", b"ann2", b"an", b"bob", b"root", b"ann@local.test")

    def log_in_all(self, server, mechanism, users):
        """The replies to wrong passwords of all of them, at the same time."""
        wires = [self.secured(server) for _ in users]
        for wire, user in zip(wires, users):
            if mechanism == "PLAIN":
                wire.send(plain(user, WRONG) + b"\r\n")
            else:
                wire.expect(334, b"AUTH LOGIN " + encoded(user))
                wire.send(encoded(WRONG) + b"\r\n")
        return {str(wire.reply()) for wire in wires}

    def test_of_a_wrong_password_and_an_unknown_user(self):
        server = self.serve_roles()
        for mechanism in PLAIN_TEXT:
            replies = self.log_in_all(server, mechanism, (b"ann", b"bob@local.test", *self.UNKNOWN))
            self.assertEqual(replies, {"535 5.7.8 authentication credentials invalid"})

    def test_of_scram(self):
        """The salt of an unknown user is as long as a known one's, and stays; so it looks like
        one that is there."""
        server = self.serve_roles()
        wire = self.secured(server)
        for mechanism in SCRAM:
            known = self.scram_begins(wire, b"ann", mechanism)
            for user in self.UNKNOWN:
                with self.subTest(mechanism=mechanism, user=user):
                    wire = self.secured(server)
                    unknown = self.scram_begins(wire, user, mechanism)
                    self.assertEqual(unknown, self.scram_begins(wire, user, mechanism))
                    self.assertEqual([len(part) for part in unknown],
                                     [len(part) for part in known])
                    self.assertEqual(unknown[1:], known[1:])
                    self.assertNotEqual(unknown[0], known[0])
            for user in (b"ann", *self.UNKNOWN[:1]):
                reply = self.scram_fails(self.secured(server), user, mechanism)
                self.assertEqual(str(reply), "535 5.7.8 authentication credentials invalid")


class Secrets(AuthCase):
    """No password, right or wrong, and nothing of an exchange is in the log or in any file."""

    def talk(self, server):
        """All that a client may do right or wrong with a password in its hand."""
        clear = self.to(server, "submission")
        clear.command(plain(b"ann"))
        self.to(server, "mx").command(plain(b"ann"))
        for mechanism in PLAIN_TEXT:
            for password in (PASSWORD, WRONG):
                for at_once in (True, False):
                    self.log_in(self.secured(server), mechanism, b"ann", password, at_once=at_once)
        wire = self.secured(server)
        payload = encoded(b"\0ann\0" + PASSWORD)
        for line in (b"AUTH FOO " + payload, b"AUTHPLAIN " + payload, b"AUTH PLAIN " + payload[:-1],
                     b"AUTH PLAIN " + payload + b" x", payload, PASSWORD, b"PASS " + PASSWORD,
                     b"AUTH LOGIN " + payload + b"=", b"NOOP " + payload, b"HELP " + payload):
            wire.command(line)
        wire.expect(334, b"AUTH LOGIN")
        self.assert_code(wire.command(payload + b"!"), 501)
        wire.command(encoded(PASSWORD))
        wire.expect(250, b"RSET")
        wire.expect(334, b"AUTH PLAIN")
        wire.send(payload)  # and is gone in the middle of it
        wire.close()
        wire = self.logged_in(server)
        self.assert_code(wire.command(plain(b"ann")), 503)
        self.assert_code(wire.deliver(MESSAGE, [b"alice@local.test"], b"ann@local.test"), 250)
        self.assert_code(wire.command(plain(b"ann")), 503)

    def test_are_nowhere(self):
        server = self.serve_roles(log={"level": "debug"})
        self.talk(server)
        self.assert_nowhere(server.folder, "ready.json")
        self.assertEqual(server.stop(), 0)
        self.assert_nowhere(server.folder, "log")

    def assert_nowhere(self, folder, name):
        """In no file of the folder, of which one has this name."""
        files = [file for file in Path(folder).rglob("*") if file.is_file()]
        self.assertIn(name, [file.name for file in files])
        for file in files:
            octets = file.read_bytes()
            for secret in (PASSWORD, WRONG):
                for form in wherever(secret):
                    self.assertNotIn(form, octets, file)

    def test_the_users_file_is_as_it_was(self):
        """A login reads it, and writes nothing; neither password stands in it."""
        users = self.users_file()
        before = users.read_bytes()
        server = self.serve_roles(submission={"auth": {"users": str(users)}})
        self.log_in(self.secured(server), "PLAIN", b"ann", WRONG)
        self.logged_in(server)
        self.assertEqual(users.read_bytes(), before)
        for form in wherever(PASSWORD):
            self.assertNotIn(form, before)


if __name__ == "__main__":
    unittest.main()
