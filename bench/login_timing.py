#!/usr/bin/env python3
"""Whether the time of a refusal tells if there is such a user: unknown users and wrong passwords.

usage: QUOTH_BINARY=build/release/bin/quoth bench/login_timing.py [--tries N]

Starts `quoth serve` with users of `quoth passwd` and makes N wrong logins of each sort by turns,
over the wire: PLAIN, to the 535; SCRAM-SHA-256, to the server's challenge, and from the client's
proof to the 535. Each comes from a network of its own (PROXY protocol), so that each waits for
the first and shortest delay, which is subtracted. Told are means, standard deviations, and
Welch's test and the rank test of Mann and Whitney between the two sorts; |z| under 2 is noise.
"""

import argparse
import base64
import math
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from login_client import CLIENT_NONCE, proxy_header, scram_proof  # noqa: E402
from login_flood import config_of, make_users  # noqa: E402
from quoth_process import QuothServer, binary  # noqa: E402
from roles_case import plain  # noqa: E402
from smtp_wire import SmtpWire  # noqa: E402

FIRST_DELAY = 0.25
SORTS = ("wrong password", "unknown user")


class Trial:
    """One login, from an address that nobody has used."""

    def __init__(self, server, number):
        address = f"10.{number // 250}.{1 + number % 250}.1"
        self.wire = SmtpWire(server.address)
        self.wire.send(proxy_header(address))
        self.wire.greet()

    def timed(self, line):
        began = time.perf_counter()
        reply = self.wire.command(line)
        return time.perf_counter() - began, reply


def try_plain(trial, user):
    seconds, reply = trial.timed(plain(user, b"wrong"))
    assert reply.code == 535, reply
    return {"PLAIN": seconds - FIRST_DELAY}


def try_scram(trial, user):
    first_bare = b"n=" + user + b",r=" + CLIENT_NONCE
    line = b"AUTH SCRAM-SHA-256 " + base64.b64encode(b"n,," + first_bare)
    challenge, reply = trial.timed(line)
    assert reply.code == 334, reply
    last = scram_proof(b"wrong", first_bare, base64.b64decode(reply.text))
    refusal, reply = trial.timed(base64.b64encode(last))
    while reply.code == 334:  # e=..., which the client has to acknowledge
        more, reply = trial.timed(b"")
        refusal += more
    assert reply.code == 535, reply
    return {"SCRAM, to the challenge": challenge, "SCRAM, to the 535": refusal - FIRST_DELAY}


def welch(a, b):
    """The difference of the means in standard errors."""
    error = math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))
    return (statistics.fmean(a) - statistics.fmean(b)) / error


def rank_test(a, b):
    """Mann and Whitney's U, in its standard deviations; times are as good as never equal."""
    together = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    ranks = sum(rank for rank, (_, sort) in enumerate(together, 1) if sort == 0)
    u = ranks - len(a) * (len(a) + 1) / 2
    deviation = math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)
    return (u - len(a) * len(b) / 2) / deviation


def report(what, times):
    a, b = (times[sort] for sort in SORTS)
    for sort in SORTS:
        mine = times[sort]
        print(f"{what}, {sort}: mean {statistics.fmean(mine) * 1000:.3f} ms, sd "
              f"{statistics.stdev(mine) * 1000:.3f}, median {statistics.median(mine) * 1000:.3f}, "
              f"n {len(mine)}")
    print(f"  difference of the means {(statistics.fmean(a) - statistics.fmean(b)) * 1e6:+.0f} µs, "
          f"of the medians {(statistics.median(a) - statistics.median(b)) * 1e6:+.0f} µs; Welch "
          f"z = {welch(a, b):+.2f}, ranks z = {rank_test(a, b):+.2f}")


def measure(server, tries):
    """The times by what was measured and by sort; the sorts come in random order."""
    times = {}
    order = [(sort, way) for sort in SORTS for way in (try_plain, try_scram)] * tries
    random.Random(os.getpid()).shuffle(order)
    for number, (sort, way) in enumerate(order):
        name = b"user%d" if sort == SORTS[0] else b"none%d"
        trial = Trial(server, number)
        with trial.wire:
            for what, seconds in way(trial, name % (100 + number % 900)).items():
                times.setdefault(what, {each: [] for each in SORTS})[sort].append(seconds)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=200)
    parser.set_defaults(per_ip=None, failures=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quoth-timing-") as folder:
        users = pathlib.Path(folder) / "users"
        make_users(users)
        with QuothServer(pathlib.Path(binary()).resolve(), config_of(options, users)) as server:
            for what, times in measure(server, options.tries).items():
                report(what, times)


if __name__ == "__main__":
    main()
