"""Starts an example on a Unix socket, so that no port can be taken, and talks SMTP to it."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PATIENCE_SECONDS = 30


class Conversation:
    """One connection; each reply is a list of lines, codes included."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE_SECONDS)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._input = self._socket.makefile("rb")
        self.banner = self.reply()

    def reply(self):
        lines = []
        while not lines or lines[-1][3:4] == "-":
            line = self._input.readline()
            if not line:
                raise EOFError(f"the server closed behind {lines}")
            lines.append(line.decode("ascii").rstrip("\r\n"))
        return lines

    def say(self, line):
        self._socket.sendall(line.encode("ascii") + b"\r\n")
        return self.reply()

    def code(self, line):
        return self.say(line)[0][:3]

    def close(self):
        self._input.close()
        self._socket.close()


class ExampleCase(unittest.TestCase):
    """Runs the program that the command line names, anew for each test."""

    program = None

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="quoth-example-")
        self.addCleanup(shutil.rmtree, folder)
        self._path = folder + "/socket"
        self.process = subprocess.Popen(
            [self.program, "unix:" + self._path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self._kill)

    def _kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def connect(self):
        """A conversation; waits for the example to listen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                conversation = Conversation(self._path)
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                self.addCleanup(conversation.close)
                return conversation

    def stop(self):
        """Ends the example with SIGTERM; checks its exit code and returns the rest of its output."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        output, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        self.assertEqual(self.process.returncode, 0)
        return output


def main():
    ExampleCase.program = sys.argv.pop(1)
    unittest.main()
