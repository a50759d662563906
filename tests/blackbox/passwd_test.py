#!/usr/bin/env python3
"""`quoth passwd` as people and scripts use it: pipes, a terminal, and what it says."""

import os
import pty
import select
import signal
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from quoth_process import binary

SECONDS = 30


class PasswdCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quoth-passwd-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "users"

    def passwd(self, *arguments, password=None, file=True):
        """Runs the command with a password on standard input."""
        command = [binary(), "passwd", *arguments]
        if file:
            command += ["--file", self.file]
        return subprocess.run(command, input=password or b"", capture_output=True,
                              timeout=SECONDS, check=False)

    def good(self, *arguments, **options):
        result = self.passwd(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.decode()

    def bad(self, code, *arguments, **options):
        """What the command says that must fail with this exit code."""
        result = self.passwd(*arguments, **options)
        self.assertEqual((result.returncode, result.stdout), (code, b""), result.stderr)
        return result.stderr.decode()


class Adding(PasswdCase):
    def test_a_user_of_a_new_file(self):
        self.assertEqual(self.good("add", "ann", password=b"correct horse\n"),
                         f"added ann in {self.file}\n")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertRegex(self.file.read_text(),
                         r"\Aann:\$y\$[^:]+:SCRAM-SHA-256\$15000:[^,]+,SCRAM-SHA-1\$15000:[^,]+\n\Z")
        self.assertEqual(self.good("list"), "ann  yescrypt, SCRAM-SHA-256, SCRAM-SHA-1\n")
        self.assertEqual(os.listdir(self.folder), ["users"])

    def test_line_ends_are_no_part_of_the_password(self):
        for line in (b"correct horse\r\n", b"correct horse", b"correct horse\nsecond line\n"):
            self.good("add", "ann", "--replace", password=line)
            self.good("verify", "ann", password=b"correct horse\n")
        self.bad(1, "verify", "ann", password=b"correct horse \n")

    def test_other_hashes(self):
        for kind, begins in (("bcrypt", "$2b$11$"), ("sha512", "$6$rounds=100000$")):
            self.good("add", kind, "--hash", kind, "--no-scram", password=b"correct horse")
            self.assertIn(f"{kind}:{begins}", self.file.read_text())
            self.good("verify", kind, password=b"correct horse")
        self.assertEqual(self.good("list"), "bcrypt  bcrypt\nsha512  sha512\n")
        self.assertIn("unknown hash `md5`", self.bad(64, "add", "x", "--hash", "md5"))
        self.good("add", "cheap", "--hash", "bcrypt", "--cost", "5", password=b"correct horse")
        self.assertIn("cheap:$2b$05$", self.file.read_text())
        self.assertIn("--cost", self.bad(64, "add", "x", "--cost", "99", password=b"p"))

    def test_a_user_who_is_there(self):
        self.good("add", "ann", password=b"correct horse")
        before = self.file.read_bytes()
        said = self.bad(65, "add", "ann", password=b"another horse")
        self.assertIn("--replace", said)
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(self.good("add", "ann", "--replace", password=b"another horse"),
                         f"replaced ann in {self.file}\n")
        self.bad(1, "verify", "ann", password=b"correct horse")
        self.good("verify", "ann", password=b"another horse")

    def test_comments_order_and_mode_stay(self):
        self.file.write_text("# staff\nann:*\n\n# robots\nbob:*")
        self.file.chmod(0o640)
        self.good("add", "carl", password=b"correct horse")
        self.good("add", "ann", "--replace", "--no-scram", password=b"correct horse")
        lines = self.file.read_text().split("\n")
        self.assertEqual([lines[0], *lines[2:5]], ["# staff", "", "# robots", "bob:*"])
        self.assertTrue(lines[1].startswith("ann:$y$") and lines[5].startswith("carl:"))
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o640)

    def test_passwords_that_are_none(self):
        for password, why in ((b"\n", "is empty"), (b"", "no password"), (b"a\tb", "RFC 4013"),
                              (b"\xff", "UTF-8"), (b"x" * 256, "255"), (b"a\0b", "RFC 4013"),
                              (b"x" * 5000, "too long")):
            self.assertIn(why, self.bad(65, "add", "ann", password=password))
        self.assertFalse(self.file.exists())
        self.good("add", "ann", password=b"x" * 255)
        self.good("verify", "ann", password=b"x" * 255)
        said = self.bad(65, "add", "bob", "--hash", "bcrypt", password=b"x" * 73)
        self.assertIn("72 octets", said)

    def test_a_short_password_is_warned_about(self):
        self.assertIn(b"soon guessed", self.passwd("add", "ann", password=b"1234567").stderr)
        self.assertEqual(self.passwd("add", "bob", password=b"12345678").stderr, b"")

    def test_two_ways_to_write_one_password(self):
        self.good("add", "ann", password="Å ångström".encode())
        self.good("verify", "ann", password="A\u030a a\u030angstro\u0308m".encode())

    def test_names(self):
        for name in ("a:b", "#ann", " ann", "a\nb", "", "x" * 256):
            self.bad(65 if name else 64, "add", name, password=b"correct horse")

    def test_many_at_a_time_lose_nobody(self):
        command = [binary(), "passwd", "add", "--file", self.file, "--cost", "1", "--no-scram"]
        running = [subprocess.Popen([*command, f"user{i}"], stdin=subprocess.PIPE,
                                    stdout=subprocess.DEVNULL) for i in range(12)]
        for process in running:
            process.communicate(b"correct horse\n", timeout=SECONDS)
            self.assertEqual(process.returncode, 0)
        self.assertEqual(len(self.good("list").splitlines()), 12)


class Others(PasswdCase):
    def test_removing(self):
        self.file.write_text("# staff\nann:*\nbob:*\n")
        self.assertEqual(self.good("rm", "ann"), f"removed ann from {self.file}\n")
        self.assertEqual(self.file.read_text(), "# staff\nbob:*\n")
        self.assertIn("`ann` is not in", self.bad(65, "rm", "ann"))

    def test_verifying(self):
        self.file.write_text("bob:*\n")
        self.good("add", "ann", password=b"correct horse")
        self.assertIn("not the password", self.bad(1, "verify", "ann", password=b"wrong"))
        self.assertIn("not in", self.bad(1, "verify", "carl", password=b"wrong"))
        self.assertIn("no password", self.bad(1, "verify", "bob", password=b"wrong"))

    def test_an_htpasswd_file(self):
        self.file.write_text(
            "ann:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n")
        self.good("verify", "ann", password=b"U*U\n")
        self.assertEqual(self.good("list"), "ann  bcrypt\n")

    def test_a_broken_file_is_not_touched(self):
        self.file.write_text("bob:$1$salt$qJH7.N4xYta3aEG/dfqo/0\nbob:*\nbob:*\n")
        for command in (("add", "ann"), ("rm", "bob"), ("list",), ("verify", "bob")):
            said = self.bad(78, *command, password=b"correct horse")
            self.assertIn(f"{self.file}:1:5: the hash of `bob` is MD5-crypt", said)
            self.assertIn(f"{self.file}:3:1: `bob` stands here a second time", said)
            self.assertNotIn("qJH7", said)
        self.assertEqual(self.file.read_text().count("bob"), 3)

    def test_files_that_cannot_be_had(self):
        self.assertIn("passwd add", self.bad(74, "list"))
        self.file = self.folder / "no" / "users"
        self.assertIn("its folder must exist", self.bad(74, "add", "ann", password=b"x" * 9))
        self.file = self.folder
        self.bad(71, "list")

    def test_a_file_that_everybody_may_read(self):
        self.file.write_text("ann:*\n")
        self.file.chmod(0o644)
        self.assertIn(b"everybody on this machine may read it", self.passwd("list").stderr)

    def test_command_lines_that_are_wrong(self):
        self.assertIn("did you mean `add`", self.bad(64, "ad", "ann"))
        self.assertIn("no action", self.bad(64))
        self.assertIn("no user", self.bad(64, "add"))
        self.assertIn("no file", self.bad(64, "list", file=False))
        self.assertIn("takes no name", self.bad(64, "list", "ann"))
        self.assertIn("`add`", self.bad(64, "rm", "ann", "--replace"))
        self.assertIn("--iterations", self.bad(64, "add", "ann", "--iterations", "100"))
        self.assertIn("--no-scram", self.bad(64, "add", "a", "--no-scram", "--iterations", "5000"))
        self.bad(64, "add", "ann", "--scram", "--no-scram")

    def test_a_password_on_the_command_line_is_not_taken_nor_shown(self):
        for arguments in (["hunter2"], ["--password=hunter2"], ["--password", "hunter2"],
                          ["-phunter2"], ["-p", "hunter2"]):
            said = self.bad(64, "add", "ann", *arguments)
            self.assertNotIn("hunter2", said)
        self.assertIn("standard input", self.bad(64, "add", "ann", "hunter2"))


class OnATerminal(PasswdCase):
    def begin(self, *arguments):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(binary(), [binary(), "passwd", *arguments, "--file", str(self.file)])
        self.addCleanup(os.close, self.terminal)
        self.seen = b""

    def expect(self, text):
        """Reads until `text` has been shown."""
        end = time.monotonic() + SECONDS
        while text not in self.seen:
            self.assertLess(time.monotonic(), end, self.seen)
            if select.select([self.terminal], [], [], 1)[0]:
                self.read_some()

    def read_some(self):
        if not select.select([self.terminal], [], [], SECONDS)[0]:
            os.kill(self.pid, signal.SIGKILL)
            self.fail(f"nothing more after {self.seen}")
        try:
            octets = os.read(self.terminal, 4096)
        except OSError:  # Linux's way to say that the other side is closed
            octets = b""
        self.seen += octets
        return octets

    def end(self):
        """How the program ended, and all that was shown."""
        while self.read_some():
            pass
        return os.waitpid(self.pid, 0)[1], self.seen

    def type(self, text):
        os.write(self.terminal, text)

    def test_is_asked_twice_and_shows_nothing(self):
        self.begin("add", "ann")
        self.expect(b"New password for ann: ")
        self.type(b"correct horse\n")
        self.expect(b"The same again: ")
        self.type(b"correct horse\n")
        status, seen = self.end()
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, seen)
        self.assertNotIn(b"horse", seen)
        self.good("verify", "ann", password=b"correct horse")

    def test_two_that_differ(self):
        self.begin("add", "ann")
        self.expect(b"New password for ann: ")
        self.type(b"correct horse\n")
        self.expect(b"The same again: ")
        self.type(b"correct hoarse\n")
        status, seen = self.end()
        self.assertEqual(os.waitstatus_to_exitcode(status), 65)
        self.assertIn(b"differ", seen)
        self.assertFalse(self.file.exists())

    def test_verifying_asks_once(self):
        self.good("add", "ann", password=b"correct horse")
        self.begin("verify", "ann")
        self.expect(b"Password of ann: ")
        self.type(b"correct horse\n")
        status, seen = self.end()
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, seen)
        self.assertNotIn(b"horse", seen)

    def test_a_user_who_is_there_is_told_before_the_question(self):
        self.file.write_text("ann:*\n")
        self.begin("add", "ann")
        status, seen = self.end()
        self.assertEqual(os.waitstatus_to_exitcode(status), 65)
        self.assertNotIn(b"New password", seen)

    def test_ctrl_c_ends_it(self):
        self.begin("add", "ann")
        self.expect(b"New password for ann: ")
        self.type(b"corr\x03")
        status, seen = self.end()
        self.assertEqual(os.WTERMSIG(status), signal.SIGINT, seen)
        self.assertNotIn(b"corr", seen)
        self.assertFalse(self.file.exists())


if __name__ == "__main__":
    unittest.main()
