"""Out of disk, out of descriptors, or nobody reads what the program writes: it lives on."""

import os
import resource
import signal
import subprocess
import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path

import mail_files
from quoth_case import MEBIBYTE, MESSAGE, USER, QuothCase, subject
from quoth_process import QuothServer
from waiting import wait_until

DISK_MEBIBYTES = 256
BIG = subject(b"big") + (b"x" * 998 + b"\r\n") * 8000


@contextmanager
def small_disk(folder):
    """A tmpfs at `folder`; skips the test where it cannot be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise unittest.SkipTest("a tmpfs can be mounted by root alone") from None
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path):
    """Writes zeros to `path` until the disk is full."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(MEBIBYTE))
        except OSError:
            pass
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass


class FullDisk(QuothCase):
    """452, nothing stays behind, and mail is taken again once there is room."""

    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-test-")))
        (folder / "mail").mkdir()
        self.enterContext(small_disk(folder / "mail"))
        self.server = self.enterContext(QuothServer(tmpdir=folder))
        self.filler = folder / "mail" / "filler"

    def test_before_data(self):
        wire = self.session(self.server)
        fill(self.filler)
        lines = (b"MAIL FROM:<>", b"RCPT TO:<" + USER + b">", b"DATA")
        codes = [wire.command(line).code for line in lines]
        self.assertIn(452, codes)
        self.assertNotIn(354, codes)
        self.assert_nothing_stored(self.server)
        self.filler.unlink()
        wire.expect(250, b"RSET")
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_in_the_middle_of_data(self):
        wire = self.session(self.server)
        wire.begin_data([USER, b"alice@local.test"])
        wire.send(BIG[:MEBIBYTE // 2])
        fill(self.filler)
        wire.send(BIG[MEBIBYTE // 2:] + b".\r\n")
        self.assert_code(wire.reply(), 452)
        self.assert_nothing_stored(self.server)
        self.filler.unlink()
        self.assert_code(wire.deliver(BIG, [USER]), 250)
        self.assertEqual(len(mail_files.delivered(self.server.mail)), 1)

    def test_a_declared_size_beyond_the_room(self):
        wire = self.session(self.server)
        fill(self.filler)
        with open(self.filler, "r+b") as file:
            file.truncate(self.filler.stat().st_size - 8 * MEBIBYTE)
        wire.send(b"MAIL FROM:<> SIZE=%d\r\nRCPT TO:<%s>\r\nDATA\r\n" % (20 * MEBIBYTE, USER))
        codes = [wire.reply().code for _ in range(3)]
        self.assertIn(452, codes)
        self.assertNotIn(354, codes)


def limit_file_size():
    """No file beyond 1 MiB; the signal of that limit is ignored, so that writes fail with EFBIG."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEBIBYTE, MEBIBYTE))


class FailedWrites(QuothCase):
    def test_file_size_limit(self):
        server = self.serve(preexec=limit_file_size)
        wire = self.session(server)
        reply = wire.deliver(BIG, [USER, b"alice@local.test"])
        self.assertIn(reply.code, (451, 452), str(reply))
        self.assert_nothing_stored(server)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assertEqual(len(mail_files.delivered(server.mail)), 1)

    def test_maildir_root_that_is_a_file(self):
        server = self.serve()
        (server.mail / "local.test").write_text("in the way")
        wire = self.session(server)
        reply = wire.deliver(MESSAGE, [USER])
        self.assertEqual(reply.code // 100, 4, str(reply))
        (server.mail / "local.test").unlink()
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_one_of_three_mailboxes_fails(self):
        """Never a 250 for a part of the recipients: all or none."""
        server = self.serve()
        (server.mail / "local.test").mkdir()
        (server.mail / "local.test" / "user2").write_text("in the way")
        with server.session() as wire:
            recipients = [b"user1@local.test", b"user2@local.test", b"user3@local.test"]
            reply = wire.deliver(MESSAGE, recipients)
            self.assertEqual(reply.code // 100, 4, str(reply))
        self.assert_nothing_stored(server)


DESCRIPTORS = 64


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


class Descriptors(QuothCase):
    CLIENTS = 150

    def serve_with_few(self, **options):
        server = self.serve(preexec=few_descriptors, **options)
        if server.is_sanitized():
            self.skipTest("UBSan opens a pipe to look at an object, and aborts where it cannot")
        return server

    def check(self, **options):
        server = self.serve_with_few(**options)
        wires = [self.connect(server) for _ in range(self.CLIENTS)]
        used = server.cpu_seconds_within(1.0)
        self.assertTrue(server.alive(), server.log())
        self.assertLess(used, 0.25, "processor seconds in one second without free descriptors")
        for wire in wires:
            wire.close()
        wait_until(lambda: self.greets(server), 10, "a greeting once the clients have left")
        self.assert_serves(server)
        self.assertEqual(server.stop(), 0)

    def test_more_clients_than_descriptors(self):
        self.check(threads=1)

    def test_more_clients_than_descriptors_with_two_threads(self):
        self.check(threads=2)

    def test_delivery_without_descriptors_fails_for_now(self):
        """A message that finds no descriptor for its file gets 4xx, and nothing of it stays."""
        server = self.serve_with_few()
        first = self.session(server)
        wires = [self.connect(server) for _ in range(self.CLIENTS)]
        first.send(b"MAIL FROM:<>\r\nRCPT TO:<" + USER + b">\r\nDATA\r\n")
        codes = [first.reply().code for _ in range(3)]
        if codes[-1] == 354:
            first.send(MESSAGE + b".\r\n")
            codes.append(first.reply().code)
        self.assertIn(codes[-1] // 100, (2, 4, 5))
        stored = len(mail_files.delivered(server.mail))
        self.assertEqual(stored, 1 if codes[-1] == 250 else 0)
        for wire in wires:
            wire.close()
        wait_until(lambda: self.greets(server), 10, "a greeting once the clients have left")
        self.assert_serves(server)

    def greets(self, server):
        with server.connect() as wire:
            return wire.reply().code == 220

    def test_soft_limit_is_raised(self):
        def low_soft_limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, 1024))

        server = self.serve(preexec=low_soft_limit)
        wires = [self.session(server) for _ in range(self.CLIENTS)]
        for wire in wires:
            wire.still_usable()


class BrokenPipes(QuothCase):
    def test_clients_that_reset_before_the_replies(self):
        server = self.serve()
        for _ in range(200):
            wire = server.connect()
            wire.try_send(b"EHLO a\r\n" + b"NOOP\r\n" * 200)
            wire.reset()
        self.assert_serves(server)

    def test_nobody_reads_the_log(self):
        reading, writing = os.pipe()
        server = self.serve(stderr=writing)
        os.close(reading)
        os.close(writing)
        for _ in range(10):
            self.assert_serves(server)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
