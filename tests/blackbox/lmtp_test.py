"""LMTP as a mail system nearby would use it (RFC 2033): on a Unix socket and on TCP."""

import os
import shutil
import smtplib
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

import mail_files
from quoth_case import MESSAGE, USER, QuothCase
from quoth_process import configuration
from smtp_wire import SmtpWire, stuffed

RECIPIENTS = [b"user1@local.test", b"alice@local.test", b"user2@local.test"]
PEER_SECONDS = 60


class LmtpCase(QuothCase):
    """A listener with `role = "lmtp"` on both kinds of address."""

    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-test-")))
        self.path = str(folder / "lmtp.sock")
        config = configuration("mail")
        config["listener"][0].update(listen=["127.0.0.1:0", f"unix:{self.path}"], role="lmtp")
        self.server = self.serve(config=config)

    def wires(self):
        """A connection of each kind, which has read the banner."""
        for address in (self.server.address, self.path):
            with self.subTest(address=address), SmtpWire(address) as wire:
                wire.expect(220)
                yield wire

    def greeted(self):
        for wire in self.wires():
            wire.expect(250, b"LHLO client.test")
            yield wire

    def boxes(self, root=None):
        """The mailboxes that have mail, one for each message."""
        return [file.parts[-3] for file in mail_files.delivered(root or self.server.mail)]


class Commands(LmtpCase):
    def test_lhlo_lists_the_extensions(self):
        for wire in self.wires():
            lines = wire.expect(250, b"LHLO client.test").lines
            for keyword in ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "CHUNKING"):
                self.assertIn(keyword, lines)

    def test_helo_and_ehlo_are_not_there(self):
        """RFC 2033 §4.1"""
        for wire in self.wires():
            self.assert_code(wire.command(b"HELO client.test"), 500)
            self.assert_code(wire.command(b"EHLO client.test"), 500)
            self.assert_code(wire.command(b"MAIL FROM:<>"), 503)
            wire.expect(250, b"LHLO client.test")

    def test_data_without_recipients(self):
        """RFC 2033 §4.2: 503, also where all were refused."""
        for wire in self.greeted():
            wire.expect(250, b"MAIL FROM:<>")
            self.assert_code(wire.command(b"DATA"), 503)
            self.assert_code(wire.command(b"RCPT TO:<nobody@local.test>"), 550)
            self.assert_code(wire.command(b"DATA"), 503)
            wire.still_usable()
        self.assert_nothing_stored(self.server)

    def test_lhlo_is_not_there_in_smtp(self):
        with self.serve().connect() as wire:
            wire.expect(220)
            self.assert_code(wire.command(b"LHLO client.test"), 500)

    def test_permissions_of_the_socket(self):
        mode = os.stat(self.path).st_mode
        self.assertTrue(stat.S_ISSOCK(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o660)


class Replies(LmtpCase):
    """One reply for each recipient that was accepted, in their order."""

    def check(self, wire, count, code=250):
        replies = [wire.reply() for _ in range(count)]
        self.assertEqual([reply.code for reply in replies], [code] * count)
        wire.still_usable()
        return replies

    def test_data(self):
        for wire in self.greeted():
            wire.begin(RECIPIENTS)
            self.assert_code(wire.command(b"RCPT TO:<nobody@local.test>"), 550)
            wire.expect(354, b"DATA")
            wire.send(stuffed(MESSAGE))
            self.check(wire, 3)
        self.assertEqual(self.boxes(), ["alice"] * 2 + ["user1"] * 2 + ["user2"] * 2)
        self.assertEqual(self.stored(self.server), [MESSAGE] * 6)

    def test_equal_recipients_count_each(self):
        for wire in self.greeted():
            wire.begin([USER, b"alice@local.test", USER])
            wire.expect(354, b"DATA")
            wire.send(stuffed(MESSAGE))
            self.check(wire, 3)
        self.assertEqual(set(self.boxes()), {"alice", "user"})

    def test_chunks(self):
        """RFC 2033 §4.3: the last one has a reply for each, the others have one."""
        for wire in self.greeted():
            wire.begin(RECIPIENTS)
            wire.send(b"BDAT %d\r\n" % len(MESSAGE) + MESSAGE + b"BDAT 4 LAST\r\nhi\r\n")
            self.check(wire, 4)
        self.assertEqual(self.stored(self.server), [MESSAGE + b"hi\r\n"] * 6)

    def test_a_refused_text_is_refused_to_each(self):
        for wire in self.greeted():
            wire.begin(RECIPIENTS)
            wire.expect(354, b"DATA")
            wire.send(b"bare\nLF\r\n.\r\n")
            self.check(wire, 3, 554)
        self.assert_nothing_stored(self.server)

    def test_a_group(self):
        for wire in self.greeted():
            wire.send(b"MAIL FROM:<>\r\nRCPT TO:<user1@local.test>\r\n"
                      b"RCPT TO:<nobody@local.test>\r\nRCPT TO:<user2@local.test>\r\nDATA\r\n" + stuffed(MESSAGE)
                      + b"QUIT\r\n")
            codes = [reply.code for reply in wire.replies_until_closed()]
            self.assertEqual(codes, [250, 250, 550, 250, 354, 250, 250, 221])

    def test_one_mailbox_fails(self):
        """RFC 2033 §4.2: the others have their message, which is what LMTP is for."""
        (self.server.mail / "local.test").mkdir()
        (self.server.mail / "local.test" / "alice").write_text("in the way")
        for wire in self.greeted():
            wire.begin(RECIPIENTS)
            wire.expect(354, b"DATA")
            wire.send(stuffed(MESSAGE))
            replies = [wire.reply().code // 100 for _ in range(3)]
            self.assertEqual(replies[1], 4)
            wire.still_usable()
            stored = set(self.boxes())
            for box, code in (("user1", replies[0]), ("user2", replies[2])):
                self.assertEqual(code == 2, box in stored, "250 says that it is stored")

    def test_received_says_lmtp(self):
        """RFC 3848"""
        for wire in self.greeted():
            wire.begin_data([USER])
            wire.send(stuffed(MESSAGE))
            self.check(wire, 1)
        for file in mail_files.delivered(self.server.mail):
            self.assertRegex(mail_files.split(file.read_bytes())[0], rb"with LMTP[\s;]")


class Peers(LmtpCase):
    """Clients of others deliver to both addresses."""

    def smtplib_clients(self):
        yield smtplib.LMTP(self.server.host, self.server.port, "client.test")
        yield smtplib.LMTP(self.path, local_hostname="client.test")

    def test_smtplib_one_recipient(self):
        for client in self.smtplib_clients():
            with client:
                self.assertEqual(client.sendmail("a@client.test", "user1@local.test", MESSAGE), {})
        self.assertEqual(self.stored(self.server), [MESSAGE] * 2)

    def test_smtplib_refused_recipient(self):
        for client in self.smtplib_clients():
            with client, self.assertRaises(smtplib.SMTPRecipientsRefused):
                client.sendmail("a@client.test", "nobody@local.test", MESSAGE)
        self.assert_nothing_stored(self.server)

    @unittest.skipUnless(shutil.which("swaks"), "swaks is not installed")
    def test_swaks(self):
        host = ["--server", self.server.host, "--port", str(self.server.port)]
        for number, address in enumerate((host, ["--socket", self.path])):
            box = f"user{number}@local.test"
            done = subprocess.run(["swaks", *address, "--protocol", "LMTP", "--ehlo", "client.test",
                                   "--from", "a@client.test", "--to", box, "--body", "hello"],
                                  capture_output=True, timeout=PEER_SECONDS, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.boxes(), ["user0", "user1"])


if __name__ == "__main__":
    unittest.main()
