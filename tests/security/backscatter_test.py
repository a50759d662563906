"""Backscatter and loops: what cannot be delivered is refused while its sender listens."""

import unittest

import mail_files
from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from waiting import wait_until

RECEIVED = b"Received: from a.test by b.test\r\n\twith SMTP; Mon, 1 Jan 2024 00:00:00 +0000\r\n"


class Backscatter(SecurityCase):
    """A forged sender and a recipient who does not exist: 550 at RCPT, so that nothing is ever sent
    to the victim."""

    def setUp(self):
        self.server = self.serve_with()
        self.wire = self.session(self.server)

    def test_unknown_recipient(self):
        for sender in (b"victim@foreign.test", b"alice@local.test", b""):
            with self.subTest(sender=sender):
                self.wire.expect(250, b"MAIL FROM:<" + sender + b">")
                self.assert_code(self.wire.command(b"RCPT TO:<nobody@local.test>"), 550, "5.1.1")
                self.assert_code(self.wire.command(b"DATA"), 503)
                self.wire.expect(250, b"RSET")
        self.assert_nothing_stored(self.server)

    def test_unknown_among_known(self):
        self.wire.begin([USER])
        self.assert_code(self.wire.command(b"RCPT TO:<nobody@local.test>"), 550, "5.1.1")
        self.wire.expect(354, b"DATA")
        self.wire.send(MESSAGE + b".\r\n")
        self.wire.expect(250)
        self.assertIn("/user/", str(self.stored_one(self.server)))
        wait_until(lambda: events(self.server, "smtp.in"), 10, "the transaction in the log")
        line = events(self.server, "smtp.in")[0]
        self.assertEqual((line["to"], line["n_to"]), (["user@local.test"], 1))
        self.assertIn("nobody@local.test", str(line["refused"]))

    def test_the_null_sender_is_taken(self):
        """Notifications come with it (RFC 5321 §4.5.5): whoever refuses it breaks them."""
        self.assert_code(self.wire.deliver(MESSAGE, [USER], b""), 250)
        self.assertEqual(mail_files.return_path(self.stored_one(self.server)), "<>")

    def test_the_postmaster_is_there(self):
        for postmaster in (b"<Postmaster>", b"<postmaster@local.test>", b"<POSTMASTER>"):
            self.wire.expect(250, b"MAIL FROM:<>")
            self.wire.expect(250, b"RCPT TO:" + postmaster)
            self.wire.expect(250, b"RSET")

    def test_what_is_refused_after_the_text_leaves_nothing(self):
        self.assert_code(self.wire.deliver(MESSAGE + b"x" * 2000 + b"\r\n", [USER]), 500)
        self.assert_nothing_stored(self.server)


class MailLoops(SecurityCase):
    """A message that goes round in circles: 554 5.4.6 past 100 Received fields (RFC 5321 §6.3)."""

    def check(self, server, limit):
        wire = self.session(server)
        self.assert_code(wire.deliver(RECEIVED * limit + MESSAGE, [USER]), 250)
        self.assert_code(wire.deliver(RECEIVED * (limit + 1) + MESSAGE, [USER]), 554, "5.4.6")
        self.assertEqual(self.stored(server), [RECEIVED * limit + MESSAGE])

    def test_default_of_100(self):
        self.check(self.serve_with(), 100)

    def test_configured(self):
        self.check(self.serve_with(limits={"received_fields": 5}), 5)

    def test_a_message_that_comes_back(self):
        """What was stored is sent again, as a loop does: it ends."""
        server = self.serve_with(limits={"received_fields": 10})
        wire = self.session(server)
        message, turns, seen = MESSAGE, 0, set()
        while turns < 50:
            reply = wire.deliver(message, [USER])
            if reply.code != 250:
                break
            turns += 1
            [file] = set(mail_files.delivered(server.mail)) - seen
            seen.add(file)
            message = file.read_bytes().replace(b"\n", b"\r\n").partition(b"\r\n")[2]
        self.assertEqual((reply.code, turns), (554, 11))

    def test_in_chunks(self):
        """A field that is cut by a chunk's end counts once."""
        server = self.serve_with(limits={"received_fields": 5})
        wire = self.session(server)
        for count, code in ((5, 250), (6, 554)):
            message = RECEIVED * count + MESSAGE
            wire.begin([USER])
            wire.send(b"BDAT 100\r\n" + message[:100])
            wire.expect(250)
            wire.send(b"BDAT %d LAST\r\n" % (len(message) - 100) + message[100:])
            self.assert_code(wire.reply(), code)

    def test_forms_of_the_field(self):
        wire = self.session(self.serve_with(limits={"received_fields": 5}))
        for field in (b"rEcEiVeD: x\r\n", b"Received:\r\n x\r\n", b"Received : x\r\n",
                      b"RECEIVED:\r\n"):
            with self.subTest(field=field):
                self.assert_code(wire.deliver(field * 6 + MESSAGE, [USER]), 554, "5.4.6")

    def test_what_is_no_such_field(self):
        """The control."""
        wire = self.session(self.serve_with(limits={"received_fields": 5}))
        for message in (MESSAGE + RECEIVED * 50, b"Received-SPF: pass\r\n" * 50 + MESSAGE,
                        b"X-Received: x\r\n" * 50 + MESSAGE, b"A: b\r\n" + b" Received: x\r\n" * 50
                        + MESSAGE):
            with self.subTest(message=message[:20]):
                self.assert_code(wire.deliver(message, [USER]), 250)


if __name__ == "__main__":
    unittest.main()
