#!/usr/bin/env python3
"""Whether anybody notices that certificates are replaced under load.

usage: QUOTH_BINARY=build/release/bin/quoth bench/tls_reload.py [--clients N] [--handshakes N]

Starts `quoth serve`; a third of N clients idle under TLS, a third send messages, a third come anew
for each message. Meanwhile the files are replaced three times, once by a pair that does not fit;
after each time so many more handshakes are waited for, to see which certificate they show.
Ends with 1 if anything failed.
"""

import argparse
import asyncio
import collections
import contextlib
import pathlib
import resource
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))

from certificates import Authority  # noqa: E402
from quoth_process import QuothServer, binary  # noqa: E402
from reload_load import Crowd, Reloads, replace_thrice  # noqa: E402

SECONDS = 600


async def replace(server, authority, files, options):
    crowd = Crowd(server.address, authority.certificate, options.clients)
    with contextlib.closing(Reloads(server)) as reloads:
        replacements, shown = await replace_thrice(
            server, crowd, authority, files, reloads, handshakes=options.handshakes,
            seconds=SECONDS)
    return crowd, replacements, shown


def report(crowd, replacements, shown):
    """@returns whether all was as it should be."""
    good = True
    for replacement, pair in zip(replacements, shown, strict=True):
        line, right = replacement.line, replacement.certificates == {pair.der()}
        good = good and right
        print(f"replaced: the log says \"{line['verdict']}\" {line.get('why', '')}\n  handshakes "
              f"after it show {pair.certificate.name} and nothing else: {right}")
    seen = crowd.seen
    print(f"{len(seen.handshakes)} handshakes, {seen.messages} messages, "
          f"{len(seen.failures)} connections failed")
    for what, times in collections.Counter(seen.failures).most_common(10):
        print(f"  {times} times {what}")
    return good and not seen.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--handshakes", type=int, default=1000)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="quoth-reload-") as folder:
        authority = Authority(folder)
        files = authority.issue("server", name="mx.local.test")
        program = pathlib.Path(binary()).resolve()
        with QuothServer(program, tls=files.as_toml(), via="discard") as server:
            began = time.monotonic()
            good = report(*asyncio.run(replace(server, authority, files, options)))
            print(f"{time.monotonic() - began:.0f} s, peak RSS of the server "
                  f"{server.peak_rss_bytes() / 2**20:.1f} MiB")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
