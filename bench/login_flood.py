#!/usr/bin/env python3
"""How right users fare while very many wrong logins come in, and what these cost the server.

usage: QUOTH_BINARY=build/release/bin/quoth bench/login_flood.py [--from one|many|dense] [-n N] ...

Starts `quoth serve` with users of `quoth passwd` (yescrypt, SCRAM keys) and makes N wrong logins,
half of them for users that there are: from one address, from as many networks (many), or from as
many addresses in few networks (dense). A trusted peer makes the addresses, by headers of the PROXY
protocol. Meanwhile right users log in; told are what the wrong ones got, processor time and memory
of the server, and how long the right ones took from connect to 235.
"""

import argparse
import asyncio
import collections
import itertools
import multiprocessing
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))

from login_client import log_in_by_plain, log_in_by_scram, proxy_header  # noqa: E402
from quoth_process import QuothServer, binary, configuration  # noqa: E402
from roles_case import plain  # noqa: E402
from smtp_wire import SmtpWire  # noqa: E402

PASSWORD = b"correct horse"
USERS = 2000
REPLY_SECONDS = 60
RETRY_SECONDS = 0.25
GIVE_UP_SECONDS = 30


# The flood, in a process of its own


def address_of(number, source):
    if source == "one":
        return "10.0.0.7"
    if source == "dense":
        return f"10.0.{number // 250}.{1 + number % 250}"
    return f"{10 + number // 65536}.{number // 256 % 256}.{number % 256}.9"


class Flood:
    def __init__(self, address, source, size):
        self.address, self.source, self.size = address, source, size
        self.numbers = itertools.count()
        self.outcomes = collections.Counter()

    def wrong_login(self, number):
        user = b"user%d" % (number % USERS) if number % 2 else b"nobody%d" % number
        return plain(user, b"wrong %d" % number) + b"\r\n"

    async def code(self, reader):
        async with asyncio.timeout(REPLY_SECONDS):
            line = await reader.readline()
            while line[3:4] == b"-":
                line = await reader.readline()
        return line[:3].decode() or "closed"

    async def connection(self, number):
        """Tries until the server has enough; from one address, that is, else once."""
        reader, writer = await asyncio.open_connection(*self.address)
        writer.write(proxy_header(address_of(number, self.source), 1 + number % 2))
        try:
            if (code := await self.code(reader)) != "220":
                self.outcomes[f"{code} instead of the banner"] += 1
                return
            writer.write(b"EHLO flood.test\r\n")
            await self.code(reader)
            while number < self.size:
                writer.write(self.wrong_login(number))
                code = await self.code(reader)
                self.outcomes[code] += 1
                if self.source != "one" or code in ("421", "closed"):
                    return
                number = next(self.numbers)
        finally:
            writer.close()

    async def attacker(self):
        while (number := next(self.numbers)) < self.size:
            try:
                await self.connection(number)
            except (OSError, TimeoutError) as error:
                self.outcomes[type(error).__name__] += 1

    async def run(self, attackers):
        await asyncio.gather(*(self.attacker() for _ in range(attackers)))


def flood(address, options, pipe):
    one = Flood(address, options.source, options.size)
    began = time.monotonic()
    asyncio.run(one.run(options.attackers))
    pipe.send((time.monotonic() - began, dict(one.outcomes)))


# Right users, a thread for each kind


class Kind:
    """A kind of right users, who log in one after the other."""

    def __init__(self, name, log_in, user, network):
        self.name, self.log_in, self.user, self.network = name, log_in, user, network
        self.first_tries, self.until_in, self.codes = [], [], collections.Counter()

    def try_once(self, server, number):
        """@returns seconds from connect to the last reply, and its code."""
        began = time.monotonic()
        with SmtpWire(server.address, timeout=REPLY_SECONDS) as wire:
            wire.send(proxy_header(self.network(number), 1 + number % 2))
            code = wire.reply().code
            if code == 220:
                wire.expect(250, b"EHLO right.test")
                code = self.log_in(wire, self.user(number), PASSWORD).code
        return time.monotonic() - began, code

    def log_in_at_last(self, server, number):
        """Tries again until it is in, as mail programs do."""
        began, is_first = time.monotonic(), True
        while time.monotonic() - began < GIVE_UP_SECONDS:
            seconds, code = self.try_once(server, number)
            self.codes[code] += 1
            if is_first:
                self.first_tries.append((seconds, code))
                is_first = False
            if code == 235:
                self.until_in.append(time.monotonic() - began)
                return
            time.sleep(RETRY_SECONDS)
        self.until_in.append(float("inf"))

    def run(self, server, over, pause):
        for number in itertools.count(1):
            if over.is_set():
                return
            self.log_in_at_last(server, number)
            time.sleep(pause)

    def report(self):
        times = sorted(self.until_in)
        at_once = sorted(seconds for seconds, code in self.first_tries if code == 235)
        if len(times) < 2:
            print(f"  {self.name}: {len(times)} logins, too few to tell")
            return
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        codes = ", ".join(f"{count} × {code}" for code, count in sorted(self.codes.items()))
        print(f"  {self.name}: {len(times)} users, {len(at_once)} in at the first try; until in "
              f"p50 {cuts[49] * 1000:.0f} ms, p90 {cuts[89] * 1000:.0f} ms, "
              f"p99 {cuts[98] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms; "
              f"over 2 s: {sum(seconds > 2 for seconds in times)} ({codes})")


def right_users():
    """Each from its own numbers of users and networks."""
    def named(first):
        return lambda number: b"user%d" % (first + number % 300)

    def anew(block):
        return lambda number: f"172.{16 + block}.{number % 256}.{1 + number // 256}"

    return [
        Kind("PLAIN, has logged in before, is remembered", log_in_by_plain,
             lambda _: b"user0", lambda _: "198.51.100.1"),
        Kind("PLAIN, another has from his network", log_in_by_plain, named(1),
             lambda _: "198.51.100.2"),
        Kind("PLAIN, never before", log_in_by_plain, named(400), anew(0)),
        Kind("SCRAM-SHA-256, never before", log_in_by_scram, named(800), anew(1)),
    ]


# The server


def make_users(path):
    """All have the line that `quoth passwd` makes for one of them, but for the name."""
    subprocess.run([binary(), "passwd", "add", "user0", "--file", path], input=PASSWORD,
                   check=True, capture_output=True)
    line = path.read_text().rstrip("\n")
    rest = line.removeprefix("user0")
    path.write_text("".join(f"user{number}{rest}\n" for number in range(USERS)))


def config_of(options, users):
    config = configuration("mail", log={"level": "info"})
    config["limits"] = {} if options.per_ip is None else {
        "connections": {"per_ip": options.per_ip}}
    auth = {"users": str(users), "clear_text": True}
    if options.failures is not None:
        auth["failures"] = options.failures
    config["listener"][0].update({"auth": auth, "tls": "off",
                                  "trust.proxy": ["127.0.0.1"]})
    listener = config["listener"][0]
    listener["trust"] = {"proxy": listener.pop("trust.proxy")}
    return config


def measure(server, options):
    kinds = right_users()
    for kind in kinds[:2]:
        kind.log_in_at_last(server, 0)
    for kind in kinds:
        seconds, code = kind.try_once(server, 0)
        print(f"  alone: {kind.name}: {code} after {seconds * 1000:.0f} ms")
        kind.until_in, kind.first_tries, kind.codes = [], [], collections.Counter()
    rss, cpu = server.rss_bytes(), server.cpu_seconds()
    over = threading.Event()
    threads = [threading.Thread(target=kind.run, args=(server, over, options.pause))
               for kind in kinds]
    ours, theirs = multiprocessing.Pipe()
    attack = multiprocessing.Process(target=flood, args=(server.address, options, theirs))
    attack.start()
    for thread in threads:
        thread.start()
    seconds, outcomes = ours.recv()
    spent = server.cpu_seconds() - cpu
    over.set()
    for thread in [*threads, attack]:
        thread.join()
    print(f"{options.size} wrong logins from {options.source} within {seconds:.1f} s: {outcomes}")
    print(f"  processor time of the server {spent:.1f} s, {spent / seconds * 100:.0f} % of a core; "
          f"RSS before {rss / 2**20:.1f} MiB, peak {server.peak_rss_bytes() / 2**20:.1f} MiB")
    for kind in kinds:
        kind.report()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", choices=("one", "many", "dense"), default="many")
    parser.add_argument("-n", dest="size", type=int, default=10000)
    parser.add_argument("--attackers", type=int, default=500, help="connections at once")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between right logins")
    parser.add_argument("--failures", help='auth.failures, a number or "off"; else the default')
    parser.add_argument("--per-ip", type=int, help="connections.per_ip; else the default")
    options = parser.parse_args()
    if options.failures is not None and options.failures != "off":
        options.failures = int(options.failures)
    return options


def main():
    options = arguments()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="quoth-flood-") as folder:
        users = pathlib.Path(folder) / "users"
        make_users(users)
        program = pathlib.Path(binary()).resolve()
        with QuothServer(program, config_of(options, users)) as server:
            measure(server, options)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
