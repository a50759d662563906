#!/usr/bin/env python3
"""How a new client fares while very many slow ones hold the server.

usage: QUOTH_BINARY=build/release/bin/quoth bench/slow_clients.py [--clients N] [--total T] ...

Starts `quoth serve`, opens N connections from addresses 127.0.x.y, half of them in the middle of a
command, half in a message, each of which sends one octet a second. Then measures how long a new
client takes from connect to the reply after its message, and what memory a connection costs.

With --total, connections.total is so small that N connections are an overload, unless it is off;
clients that are cut come back at once, as an attacker's do.
"""

import argparse
import multiprocessing
import pathlib
import resource
import select
import socket
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))

from quoth_process import QuothServer, binary  # noqa: E402
from smtp_wire import SmtpWire  # noqa: E402

TICKS_A_SECOND = 50
CLIENTS_AN_ADDRESS = 1000
OPENED_A_TICK = 40
MESSAGE = b"Subject: hello\r\n\r\nhello\r\n"
USER = b"user1@local.test"
ENVELOPE = b"MAIL FROM:<a@b.test>\r\nRCPT TO:<user1@local.test>\r\nDATA\r\n"


class Slow:
    """One slow client: it never reads a reply but to get where it wants to be slow."""

    def __init__(self, address, number):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(20)
        block = number // CLIENTS_AN_ADDRESS
        self.socket.bind((f"127.0.{1 + block // 200}.{1 + block % 200}", 0))
        self.socket.connect(address)
        self.in_message = number % 2 == 1
        self.sent = 0

    def begin(self):
        """@returns False if the server refused it."""
        if not self.hears(b"220"):
            return False
        if self.in_message:
            self.socket.sendall(b"EHLO slow.test\r\n")
            if not self.hears(b"250"):
                return False
            self.socket.sendall(ENVELOPE)
            while b"354" not in (octets := self.socket.recv(4096)):
                if not octets:
                    return False
        self.socket.setblocking(False)
        return True

    def hears(self, code):
        return self.socket.recv(4096).startswith(code)

    def send_one(self):
        """An octet of an endless text, or of a command that is never finished."""
        text = b"\n" if self.in_message and self.sent % 60 == 59 else b"x"
        if self.in_message and self.sent % 60 == 58:
            text = b"\r"
        if self.sent == 0 and not self.in_message:
            text = b"N"
        self.sent += 1
        try:
            return self.socket.send(text) == 1
        except BlockingIOError:
            return True
        except OSError:
            return False


class Crowd:
    """All slow clients, in one process of its own."""

    def __init__(self, address, size, returns):
        self.address, self.size, self.returns = address, size, returns
        self.clients, self.cut, self.refused = {}, 0, 0
        self.poll = select.epoll(size + 1)
        self.buckets = [set() for _ in range(TICKS_A_SECOND)]
        self.opened = 0

    def open_one(self):
        client = Slow(self.address, self.opened)
        self.opened += 1
        try:
            begun = client.begin()
        except OSError:
            begun = False
        if not begun:
            self.refused += 1
            client.socket.close()
            return
        fd = client.socket.fileno()
        self.clients[fd] = client
        self.buckets[self.opened % TICKS_A_SECOND].add(fd)
        self.poll.register(fd, select.EPOLLRDHUP | select.EPOLLHUP)

    def lose(self, fd):
        client = self.clients.pop(fd, None)
        if client is None:
            return
        self.cut += 1
        for bucket in self.buckets:
            bucket.discard(fd)
        client.socket.close()

    def tick(self, number):
        for fd in list(self.buckets[number % TICKS_A_SECOND]):
            if not self.clients[fd].send_one():
                self.lose(fd)
        for fd, _ in self.poll.poll(0):
            self.lose(fd)

    def run(self, pipe):
        """Ticks until something comes through the pipe, and tells when all are there."""
        start, told, number = time.monotonic(), False, 0
        while not pipe.poll():
            wanted = OPENED_A_TICK if not told or self.returns else 0
            for _ in range(min(wanted, self.size - len(self.clients))):
                self.open_one()
            self.tick(number)
            number += 1
            if not told and (len(self.clients) >= self.size or self.opened >= 2 * self.size):
                told = True
                pipe.send(time.monotonic() - start)
            time.sleep(max(0, start + number / TICKS_A_SECOND - time.monotonic()))
        late = time.monotonic() - start - number / TICKS_A_SECOND
        pipe.send((len(self.clients), self.cut, self.refused, late))


def crowd(address, size, returns, pipe):
    Crowd(address, size, returns).run(pipe)


def try_once(address):
    """Seconds from connect to the reply after the message; none if it was not taken."""
    begin = time.monotonic()
    try:
        with SmtpWire(address, timeout=60) as wire:
            wire.greet()
            if wire.deliver(MESSAGE, [USER]).code != 250:
                return None
    except (AssertionError, OSError):
        return None
    return time.monotonic() - begin


def measure(address, tries, pause):
    times = []
    for _ in range(tries):
        times.append(try_once(address))
        time.sleep(pause)
    return times


def report(name, times):
    good = sorted(time_ for time_ in times if time_ is not None)
    if len(good) < 2:
        print(f"{name}: none was served")
        return
    p99 = statistics.quantiles(good, n=100, method="inclusive")[98]
    print(f"{name}: p50 {statistics.median(good) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, "
          f"slowest {good[-1] * 1000:.1f} ms, {len(good)} of {len(times)} served")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=10000)
    parser.add_argument("--tries", type=int, default=50)
    parser.add_argument("--settle", type=float, default=10, help="seconds before measuring")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between tries")
    parser.add_argument("--total", type=int, help="connections.total; else twice as many clients")
    parser.add_argument("--no-overload", action="store_true", help="overload_percent = off")
    parser.add_argument("--via", default=None, help='the route; else a Maildir; or "discard"')
    return parser.parse_args()


def server_of(options):
    total = options.total or 2 * options.clients
    limits = {"connections": {"total": total, "per_ip": total}}
    defences = {"defences": {"overload_percent": "off"}} if options.no_overload else {}
    program = pathlib.Path(binary()).resolve()
    return QuothServer(program, limits=limits, via=options.via, **defences), total


def main():
    options = arguments()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < options.clients + 100:
        sys.exit(f"error: only {hard} files may be open (RLIMIT_NOFILE)")
    server, total = server_of(options)
    with server:
        report("alone", measure(server.address, options.tries, 0))
        before = server.rss_bytes()
        ours, theirs = multiprocessing.Pipe()
        slow = multiprocessing.Process(
            target=crowd, args=(server.address, options.clients, bool(options.total), theirs))
        slow.start()
        print(f"{options.clients} slow clients (connections.total = {total}) came within "
              f"{ours.recv():.1f} s")
        time.sleep(options.settle)
        memory = (server.rss_bytes() - before) / options.clients
        sockets = server.open_sockets()
        cpu = server.cpu_seconds_within(5) / 5
        report("beside them", measure(server.address, options.tries, options.pause))
        ours.send("enough")
        left, cut, refused, late = ours.recv()
        slow.join()
        print(f"{left} slow clients were left, {cut} had been cut, {refused} refused; the crowd was "
              f"{late:.2f} s late")
        print(f"memory: {memory:.0f} octets a connection ({sockets} sockets, RSS "
              f"{server.rss_bytes() / 2**20:.1f} MiB); processor: {cpu * 100:.0f} % of a core")
        server.stop()
        for line in server.log().splitlines():
            if '"ev":"defence"' in line or '"ev":"server.stopped"' in line:
                print(line)


if __name__ == "__main__":
    main()
