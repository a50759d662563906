"""The messages that every peer sends, and the check that Quoth stored them octet for octet."""

import os
import shutil
import subprocess
import unittest

import mail_files
from quoth_process import QuothServer
from recording_proxy import RecordingProxy

HEADER = b"From: <sender@client.test>\r\nTo: <user@local.test>\r\nSubject: interop\r\n\r\n"
SENDER = "sender@client.test"
PEER_SECONDS = 60
USERS = ("alice", "postmaster", "user*", "*user")
MEBIBYTE = 1 << 20


def one_mebibyte():
    line = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -- line %06d\r\n"
    lines, size, number = [HEADER], len(HEADER), 0
    while size < MEBIBYTE:
        lines.append(line % number)
        size, number = size + len(lines[-1]), number + 1
    return b"".join(lines)


PLAIN = HEADER + b"Hello,\r\n\r\nthis is plain text.\r\n"
UTF8 = HEADER + "Grüße, 你好, 🙂\r\nnaïve café\r\n".encode()
EVERY_OCTET = HEADER + bytes(range(0x80, 0x100)) + b"\r\n"
DOTS = HEADER + b".\r\n..\r\n...\r\n.one\r\n..two\r\nno dot.\r\n.\r\n\r\n.x\r\n"
BLANKS = HEADER + b"\r\n\r\n  leading\r\ntrailing \t \r\n\r\n\r\nend\r\n"
LONG_LINES = HEADER + b"\r\n".join((b"x" * 998, b"." + b"y" * 997, "é".encode() * 499, b""))
NO_BODY = HEADER
HEADER_ONLY = b"Subject: a header and not even an empty line\r\n"


def required(program, package):
    """The path of a peer's program; a failure that says what to install if it is missing."""
    path = shutil.which(program)
    if path is None:
        raise AssertionError(f"{program} is missing: apt-get install {package}")
    return path


def run_peer(command, stdin=b"", env=None):
    """Runs a peer's program; fails with its output unless it exits with 0."""
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=PEER_SECONDS, env=env)
    if done.returncode != 0:
        said = (done.stdout[-4000:] + done.stderr[-4000:]).decode(errors="replace")
        raise AssertionError(f"{command[0]} exits with {done.returncode}:\n{said}")
    return done


class StoredMail(unittest.TestCase):
    """A running server with a recording proxy before it, new for each test."""

    def setUp(self):
        self.server = self.enterContext(QuothServer(users=USERS))
        self.proxy = self.enterContext(RecordingProxy(self.server.address))

    def only_file(self, recipient):
        files = mail_files.delivered(mail_files.mailbox(self.server.mail, recipient))
        self.assertEqual(len(files), 1, f"files of {recipient}")
        return files[0]

    def check_stored(self, sender, recipients, content):
        """Each recipient has one file, with this sender and these octets; nobody else has any."""
        for recipient in recipients:
            file = self.only_file(recipient)
            self.assert_same_octets(mail_files.restored(file), content)
            self.assertEqual(mail_files.return_path(file), f"<{sender}>")
        self.assertEqual(len(mail_files.delivered(self.server.mail)), len(recipients))
        self.assertEqual(mail_files.unfinished(self.server.mail), [])

    def assert_same_octets(self, stored, sent):
        if stored == sent:
            return
        at = len(os.path.commonprefix((stored, sent)))
        self.fail(f"octets differ at {at}: stored {len(stored)} {stored[at:at + 60]!r}, "
                  f"sent {len(sent)} {sent[at:at + 60]!r}")


class PeerTests:
    """The tests that are the same for all peers; a StoredMail adds how its peer sends."""

    def send(self, sender, recipients, content):
        """Has the peer send `content` (with CRLF line ends) to the proxy."""
        raise NotImplementedError

    def on_the_wire(self, content):
        """What the peer sends when given `content`."""
        return content

    def check(self, content, recipients=("user1@local.test",), sender=SENDER):
        """Compares what is stored with what was sent, and that with what should be sent."""
        self.send(sender, list(recipients), content)
        sent = self.proxy.contents()
        self.assertEqual(len(sent), 1, "messages on the wire")
        self.check_stored(sender, recipients, sent[0])
        self.assert_same_octets(sent[0], self.on_the_wire(content))

    def test_plain(self):
        self.check(PLAIN)

    def test_utf8_text(self):
        self.check(UTF8)

    def test_every_8_bit_octet(self):
        self.check(EVERY_OCTET)

    def test_lines_that_begin_with_dots(self):
        self.check(DOTS)

    def test_empty_lines_and_blanks(self):
        self.check(BLANKS)

    def test_lines_of_998_octets(self):
        self.check(LONG_LINES)

    def test_empty_body(self):
        self.check(NO_BODY)

    def test_header_without_empty_line(self):
        self.check(HEADER_ONLY)

    def test_one_mebibyte(self):
        self.check(one_mebibyte())

    def test_several_recipients(self):
        self.check(PLAIN, recipients=[f"user{n}@local.test" for n in range(1, 6)])

    def test_null_reverse_path(self):
        self.check(PLAIN, sender="")
