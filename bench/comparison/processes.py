"""Processes that stay on their cores, are waited for, and never outlive us."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

START_SECONDS = 20
STOP_SECONDS = 5
POLL_SECONDS = 0.01
HOST = "127.0.0.1"


class DidNotStart(Exception):
    """A server that ended, or that did not listen in time."""


def free_port():
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def port_in(ready_file):
    """The port that a ready file tells, None while there is no such file."""
    with contextlib.suppress(FileNotFoundError):
        return json.loads(ready_file.read_text())["listeners"][0]["port"]
    return None


def _prepare(cores):
    def prepare():
        os.setsid()
        os.sched_setaffinity(0, cores)

    return prepare


def tail_of(path, octets=600):
    with open(path, "rb") as log:
        log.seek(max(0, os.path.getsize(path) - octets))
        return log.read().decode(errors="backslashreplace").strip()


class Running:
    """A server that runs within a `with`; `log` takes all that it writes."""

    def __init__(self, command, cores, folder, *, port=None, ready_file=None, env=None):
        self.command, self.cores, self.folder = [str(word) for word in command], cores, folder
        self.port, self.ready_file = port, ready_file
        self.env = {**os.environ, **(env or {})}
        self.log = folder / "log"
        self.process = None

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env,
                cwd=self.folder, preexec_fn=_prepare(self.cores))
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Asks the whole process group to end, and makes it."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None:
                raise DidNotStart(f"{self.command[0]} has ended: {tail_of(self.log)}")
            if time.monotonic() > deadline:
                raise DidNotStart(f"{self.command[0]} did not listen within {START_SECONDS} s")
            time.sleep(POLL_SECONDS)

    def _is_ready(self):
        if self.ready_file is None:
            return accepts(self.port)
        self.port = port_in(self.ready_file)
        return self.port is not None
