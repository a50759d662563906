"""Sockets that are handed in, as systemd does it: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES."""

import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from quoth_case import MESSAGE, USER, QuothCase
from quoth_process import QuothServer, binary, configuration, to_toml
from smtp_wire import SmtpWire
from waiting import wait_until

FIRST = 3
EX_UNAVAILABLE = 69
EX_CONFIG = 78


def listening(address="127.0.0.1", family=socket.AF_INET):
    """A socket that listens on a free port, or on a path."""
    result = socket.socket(family)
    result.bind(address if family == socket.AF_UNIX else (address, 0))
    result.listen(16)
    return result


def hand_in(sockets, names=None, pid=None, count=None):
    """What the child does between fork and exec: the sockets become 3, 4, 5 …"""
    fds = [each.fileno() for each in sockets]

    def prepare():
        high = [os.dup(fd) for fd in fds]
        high = [fd if fd >= FIRST + len(fds) else os.dup2(fd, 200 + i)
                for i, fd in enumerate(high)]
        for i, fd in enumerate(high):
            os.dup2(fd, FIRST + i, inheritable=True)
        os.environ["LISTEN_PID"] = str(pid or os.getpid())
        os.environ["LISTEN_FDS"] = str(len(fds) if count is None else count)
        os.environ.pop("LISTEN_FDNAMES", None)
        if names is not None:
            os.environ["LISTEN_FDNAMES"] = names

    return prepare


def serve_command(folder, listen, **top):
    """The command line of a server that listens there and throws its mail away."""
    config = configuration(folder, via="discard", **top)
    config["listener"][0]["listen"] = listen
    file = Path(folder) / "quoth.toml"
    file.write_text(to_toml(config))
    return [binary(), "serve", "--config", str(file), "--ready-file", f"{folder}/ready.json"]


class Activated(QuothServer):
    """`quoth serve` with sockets that it is started with; `top` goes to configuration()."""

    def __init__(self, listen, sockets, names=None, **top):
        pid, count = top.pop("pid", None), top.pop("count", None)
        config = configuration("/nowhere", via="discard", **top)
        config["listener"][0]["listen"] = listen
        super().__init__(config=config)
        self._hand_in = hand_in(sockets, names, pid, count)

    def launch(self):
        self._ready_file = self.folder / "ready.json"
        (self.folder / "quoth.toml").write_text(self.config_text)
        with open(self.folder / "log", "ab") as log:
            # No `env`: then the variables are those that the child sets before its exec.
            self.process = subprocess.Popen(
                [self.program, "serve", "--config", self.folder / "quoth.toml",
                 "--ready-file", self._ready_file],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=self._hand_in, close_fds=False)
        return self


class SocketActivation(QuothCase):
    def socket(self, *args):
        return self.enterContext(listening(*args))

    def activated(self, *args, **options):
        return self.enterContext(Activated(*args, **options))

    def assert_serves_at(self, address):
        with SmtpWire(address) as wire:
            wire.greet()
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_tcp(self):
        mine = self.socket()
        server = self.activated(["fd:smtp"], [mine], "smtp")
        host, port = mine.getsockname()
        self.assertEqual(server.ready["listeners"][0]["address"], f"{host}:{port}")
        self.assert_serves_at((host, port))

    def test_a_client_that_came_before_the_server_is_served(self):
        mine = self.socket()
        with socket.create_connection(mine.getsockname()) as early:
            self.activated(["fd:smtp"], [mine], "smtp")
            self.assertEqual(early.recv(4), b"220 ")

    def test_several_of_one_name_and_others_besides(self):
        first, second, other = self.socket(), self.socket(), self.socket()
        server = self.activated(["fd:smtp", "127.0.0.1:0"], [first, other, second],
                                "smtp:other:smtp")
        self.assertEqual(len(server.ready["listeners"]), 3)
        for each in (first, second):
            self.assert_serves_at(each.getsockname())

    def test_a_socket_that_no_listener_names_is_warned_of(self):
        server = self.activated(["fd:smtp"], [self.socket(), self.socket()], "smtp:submission")
        self.assertIn("the socket fd:submission was handed in, and no listener takes it",
                      server.log())
        self.assertNotIn("the socket fd:smtp", server.log())

    def test_several_event_loops_share_it(self):
        mine = self.socket()
        self.activated(["fd:smtp"], [mine], "smtp", threads=3)
        for _ in range(20):
            self.assert_serves_at(mine.getsockname())

    def test_unix_and_its_file_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/smtp.sock"
            mine = self.socket(path, socket.AF_UNIX)
            server = self.activated(["fd:smtp"], [mine], "smtp")
            self.assertEqual(server.ready["listeners"][0]["address"], f"unix:{path}")
            self.assert_serves_at(path)
            self.assertEqual(server.stop(), 0)
            self.assertTrue(os.path.exists(path))

    def test_the_socket_outlives_the_server(self):
        mine = self.socket()
        server = self.activated(["fd:smtp"], [mine], "smtp")
        self.assertEqual(server.stop(), 0)
        with socket.create_connection(mine.getsockname()) as early:
            self.activated(["fd:smtp"], [mine], "smtp")
            self.assertEqual(early.recv(4), b"220 ")

    def test_without_names_they_are_unknown(self):
        mine = self.socket()
        self.activated(["fd:unknown"], [mine])
        self.assert_serves_at(mine.getsockname())

    def assert_fails(self, code, words, *args, **options):
        server = Activated(*args, **options)
        self.addCleanup(shutil.rmtree, server.folder, ignore_errors=True)
        server.launch()
        self.assertEqual(server.wait(), code, server.log())
        self.assertIn(words, server.log())

    def test_an_unknown_name_lists_those_there_are(self):
        mine = self.socket()
        self.assert_fails(EX_UNAVAILABLE, "(fd:lmtp, fd:submission)", ["fd:smtp"], [mine, mine],
                          "lmtp:submission")

    def test_sockets_of_another_process_are_not_ours(self):
        mine = self.socket()
        self.assert_fails(EX_UNAVAILABLE, "(none)", ["fd:smtp"], [mine], "smtp", pid=1)

    def test_what_does_not_listen_is_refused(self):
        plain = self.enterContext(socket.socket())
        datagrams = self.enterContext(socket.socket(type=socket.SOCK_DGRAM))
        for each in (plain, datagrams):
            self.assert_fails(EX_UNAVAILABLE, "cannot listen on fd:smtp", ["fd:smtp"], [each],
                              "smtp")

    def test_variables_that_contradict_each_other(self):
        mine = self.socket()
        self.assert_fails(EX_CONFIG, "LISTEN_FDNAMES", ["fd:smtp"], [mine], "smtp:lmtp")
        self.assert_fails(EX_CONFIG, "LISTEN_FDS", ["fd:smtp"], [mine], "smtp", count="many")


@unittest.skipUnless(shutil.which("systemd-socket-activate"), "no systemd-socket-activate here")
class SystemdSocketActivate(QuothCase):
    def test_it_starts_at_the_first_client(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/smtp.sock"
            command = ["systemd-socket-activate", "--listen", path, "--fdname", "smtp",
                       *serve_command(folder, ["fd:smtp"])]
            with open(f"{folder}/log", "wb") as log:
                process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
            try:
                wait_until(lambda: os.path.exists(path), 10, "the socket")
                with SmtpWire(path) as wire:
                    wire.greet()
                    self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
            finally:
                process.terminate()
                self.assertEqual(process.wait(30), 0)


if __name__ == "__main__":
    unittest.main()
