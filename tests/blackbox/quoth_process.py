"""Runs the program `quoth` as a user would: configuration file, ready file, signals, log."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from smtp_wire import SmtpWire
from waiting import Timeout, let_pass, wait_until

READY_SECONDS = 30
STOP_SECONDS = 30
TEBIBYTE_IN_KIB = 1 << 30
LOG_MOMENT_SECONDS = 0.02
USERS = ("alice", "postmaster", "user*")


def binary():
    """The program under test, from the environment variable QUOTH_BINARY."""
    path = os.environ.get("QUOTH_BINARY", "")
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"QUOTH_BINARY={path!r} is no program; set it to the path of quoth")
    return path


def _value(value):
    """A TOML value; JSON's strings, numbers and arrays are TOML's as well."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {_value(item)}" for key, item in value.items())
        return "{ " + inner + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _table(header, table):
    return [header, *(f"{json.dumps(key)} = {_value(item)}" for key, item in table.items())]


def to_toml(config):
    """The TOML text of a configuration given as a dict, in the form that people write."""
    scalars, tables = [], []
    for key, value in config.items():
        if key == "route":
            for pattern, route in value.items():
                tables += _table(f"[route.{json.dumps(pattern)}]", route)
        elif isinstance(value, dict):
            tables += _table(f"[{key}]", value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for item in value:
                tables += _table(f"[[{key}]]", item)
        else:
            scalars.append(f"{key} = {_value(value)}")
    return "\n".join(scalars + tables) + "\n"


def configuration(mail_root, *, users=USERS, limits=None, via=None, **top):
    """The usual configuration of these tests: mail for local.test on a free loopback port."""
    return {
        "hostname": "mx.local.test",
        **top,
        "listener": [{"listen": ["127.0.0.1:0"], "accept": ["local.test"]}],
        "recipients": {"local.test": list(users)},
        "route": {"*": {"via": via or f"maildir:{mail_root}/{{domain}}/{{local}}"}},
        "limits": {"connections": {"total": 5000, "per_ip": 5000}, **(limits or {})},
    }


class QuothServer:
    """`quoth serve` in a folder of its own; ready when the constructor's `with` begins.

    config: None for configuration(mail), a dict, or TOML text. `options` go to configuration().
    preexec: runs in the child before the program (resource limits).
    stderr: takes the place of the log file.
    Without a tmpdir the folder is a fresh one, removed at the end unless `keep_folder` is set.
    """

    def __init__(
        self, program=None, config=None, tmpdir=None, *, preexec=None, stderr=None, **options
    ):
        self.program = program or binary()
        self.keep_folder = tmpdir is not None
        self.folder = Path(tmpdir or tempfile.mkdtemp(prefix="quoth-test-"))
        self.mail = self.folder / "mail"
        self.mail.mkdir(parents=True, exist_ok=True)
        config = configuration(self.mail, **options) if config is None else config
        self.config_text = config if isinstance(config, str) else to_toml(config)
        self._preexec, self._stderr = preexec, stderr
        self.process, self.ready = None, None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.kill9()
        if not self.keep_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Life

    def launch(self):
        """Starts the program without waiting until it listens."""
        self._ready_file = self.folder / "ready.json"
        self._ready_file.unlink(missing_ok=True)
        (self.folder / "quoth.toml").write_text(self.config_text)
        command = [self.program, "serve", "--config", self.folder / "quoth.toml",
                   "--ready-file", self._ready_file]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=self._stderr or log,
                                            preexec_fn=self._preexec)
        return self

    def start(self):
        """Starts the program and waits for its ready file."""
        self.launch()
        wait_until(lambda: self._ready_file.exists() or self.process.poll() is not None,
                   READY_SECONDS, "the ready file")
        if not self._ready_file.exists():
            code = self.process.returncode
            raise AssertionError(f"quoth ended with {code} at its start:\n{self.log()}")
        self.ready = json.loads(self._ready_file.read_text())
        return self

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        """The exit code, once the program has ended."""
        wait_until(lambda: self.process.poll() is not None, seconds, "the end of quoth")
        return self.process.returncode

    def stop(self):
        """Asks the program to stop; returns its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill9(self):
        """Kills the program, if it runs, and collects it."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def alive(self):
        return self.process.poll() is None

    def log(self):
        """What it has logged, once that has come to rest: lines that follow close upon each other
        are written together, a moment behind what they tell."""
        text = self.log_now()
        for _ in range(20):  # it may have much to tell
            let_pass(LOG_MOMENT_SECONDS)
            before, text = text, self.log_now()
            if text == before:
                break
        return text

    def log_now(self):
        return (self.folder / "log").read_text(errors="backslashreplace")

    # Where it listens

    @property
    def host(self):
        return self.ready["listeners"][0]["host"]

    @property
    def port(self):
        return self.ready["listeners"][0]["port"]

    @property
    def address(self):
        return (self.host, self.port)

    def connect(self, **options):
        """A raw connection that has read nothing yet."""
        return SmtpWire(self.address, **options)

    def session(self, **options):
        """A connection that has said EHLO."""
        wire = self.connect(**options)
        wire.greet()
        return wire

    # What the system says of the process

    def _proc(self, name):
        return Path(f"/proc/{self.process.pid}/{name}").read_text()

    def _status_kib(self, key):
        lines = self._proc("status").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))

    def rss_bytes(self):
        """Resident memory."""
        return self._status_kib("VmRSS") * 1024

    def peak_rss_bytes(self):
        """The most resident memory it ever had."""
        return self._status_kib("VmHWM") * 1024

    def is_sanitized(self):
        """A sanitizer reserves terabytes of addresses: figures of memory say nothing then."""
        return self._status_kib("VmSize") > TEBIBYTE_IN_KIB

    def thread_states(self):
        """What each thread does: R runs, S sleeps, T was stopped by a signal …"""
        stats = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        return [stat.read_text().rpartition(")")[2].split()[0] for stat in stats]

    def cpu_seconds(self):
        """Processor time used so far, by all threads."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_seconds_within(self, seconds):
        """Processor time used in the next `seconds`."""
        before = self.cpu_seconds()
        let_pass(seconds)
        return self.cpu_seconds() - before

    def open_sockets(self):
        """How many sockets the process holds."""
        return sum(_is_socket(entry) for entry in Path(f"/proc/{self.process.pid}/fd").iterdir())


def _is_socket(entry):
    try:
        return os.readlink(entry).startswith("socket:")
    except FileNotFoundError:
        return False


__all__ = ["QuothServer", "Timeout", "binary", "configuration", "to_toml"]
