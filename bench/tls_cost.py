#!/usr/bin/env python3
"""What TLS costs the server: processor time a handshake, a message; memory an idle connection.

usage: QUOTH_BINARY=build/release/bin/quoth bench/tls_cost.py [handshakes|messages|memory] ...
       [--count N] [--rounds N] [--reference 'PROGRAM --port {port} --cert {cert} --key {key}']

handshakes: full and resumed, TLS 1.2 and 1.3, ECDSA P-256 and RSA-2048, on a port with implicit
    TLS; what the same connections cost in the clear is subtracted.
messages: STARTTLS and one message of 1 KiB a connection, by turns with a reference, if one is
    given: the whole processor time of either, the median of the rounds and the least.
memory: N connections that idle after STARTTLS and EHLO.

The server runs on one core, the client on another.
"""

import argparse
import contextlib
import os
import pathlib
import resource
import shlex
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "blackbox"))

from certificates import Authority  # noqa: E402
from quoth_process import QuothServer, binary, configuration  # noqa: E402
from smtp_wire import SmtpWire  # noqa: E402
from waiting import wait_until  # noqa: E402

SERVER_CORE, CLIENT_CORE = 0, max(os.sched_getaffinity(0))
KINDS = ("p256", "rsa2048")
VERSIONS = (("TLS 1.3", ssl.TLSVersion.TLSv1_3), ("TLS 1.2", ssl.TLSVersion.TLSv1_2))
CLIENTS = 16
MESSAGE = b"Subject: hello\r\n\r\n" + (b"x" * 62 + b"\r\n") * 16


def any_server(version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def config_of(pair):
    """Three listeners: in the clear, with implicit TLS, with STARTTLS."""
    config = configuration("mail", tls=pair.as_toml(), via="discard", threads=1)
    config["listener"] = [
        {"name": form, "listen": ["127.0.0.1:0"], "accept": ["local.test"], "tls": form}
        for form in ("off", "implicit", "starttls")]
    config["limits"]["connections"] = {"total": 50000, "per_ip": 50000}
    return config


@contextlib.contextmanager
def quoth(folder, kind):
    """A server on its core, warm; and where its listeners are."""
    config = config_of(Authority(folder).issue(f"server-{kind}", name="mx.local.test", kind=kind))
    program = pathlib.Path(binary()).resolve()
    with QuothServer(program, config,
                     preexec=lambda: os.sched_setaffinity(0, {SERVER_CORE})) as server:
        where = {each["server"]: (each["host"], each["port"])
                 for each in server.ready["listeners"]}
        deliver(where["starttls"], 50)
        yield server, where


# Handshakes


def connect_once(address, context, session):
    """Banner and QUIT, under TLS if there is a context. @returns a session to resume."""
    with SmtpWire(address) as wire:
        if context is not None:
            wire.socket = context.wrap_socket(wire.socket, session=session)
            if wire.socket.session_reused != (session is not None):
                raise AssertionError("not the kind of handshake that was to be measured")
        wire.expect(220)
        wire.expect(221, b"QUIT")
        return wire.socket.session if context is not None else None


def microseconds_each(server, count, action):
    before = server.cpu_seconds()
    for _ in range(count):
        action()
    return (server.cpu_seconds() - before) / count * 1e6


def measure_handshakes(options, folder):
    for kind in KINDS:
        with quoth(folder, kind) as (server, where):
            for name, version in VERSIONS:
                costs = {"full": [], "resumed": [], "clear": []}
                for _ in range(options.rounds):
                    context = any_server(version)
                    session = connect_once(where["implicit"], context, None)
                    for form, address, tls, ticket in (
                            ("clear", where["off"], None, None),
                            ("full", where["implicit"], context, None),
                            ("resumed", where["implicit"], context, session)):
                        def action(address=address, tls=tls, ticket=ticket):
                            connect_once(address, tls, ticket)
                        costs[form].append(microseconds_each(server, options.count, action))
                clear = statistics.median(costs.pop("clear"))
                told = ", ".join(f"{form} {statistics.median(cost) - clear:.0f} "
                                 f"(least {min(cost) - clear:.0f})"
                                 for form, cost in costs.items())
                print(f"handshake {kind} {name}: {told} µs; the connection besides {clear:.0f} µs",
                      flush=True)


# Messages


def deliver_one(address, context):
    with SmtpWire(address) as wire:
        wire.greet()
        wire.expect(220, b"STARTTLS")
        wire.socket = context.wrap_socket(wire.socket)
        wire.expect(250, b"EHLO client.test")
        reply = wire.deliver(MESSAGE, [b"user1@local.test"])
        if reply.code != 250:
            raise AssertionError(str(reply))
        wire.expect(221, b"QUIT")


def deliver(address, count):
    """So many messages, by several clients at once."""
    context, errors = any_server(), []

    def client():
        try:
            for _ in range(max(count // CLIENTS, 1)):
                deliver_one(address, context)
        except (OSError, AssertionError) as error:
            errors.append(error)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(threads) * max(count // CLIENTS, 1)


def cpu_seconds_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(address):
    with socket.socket() as probe:
        return probe.connect_ex(address) == 0


@contextlib.contextmanager
def reference(command, folder, kind):
    """The other program, on the server's core: its process id and address."""
    port = free_port()
    words = [word.format(port=port, cert=folder / f"server-{kind}.pem",
                         key=folder / f"server-{kind}.key") for word in shlex.split(command)]
    with subprocess.Popen(
            words, preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE})) as process:
        try:
            wait_until(lambda: listens(("127.0.0.1", port)), 10, words[0])
            yield process.pid, ("127.0.0.1", port)
        finally:
            process.terminate()


def measure_messages(options, folder):
    for kind in KINDS:
        with contextlib.ExitStack() as stack:
            server, where = stack.enter_context(quoth(folder, kind))
            contestants = {"quoth": (server.process.pid, where["starttls"])}
            if options.reference:
                contestants["reference"] = stack.enter_context(
                    reference(options.reference, folder, kind))
            costs = {name: [] for name in contestants}
            for _ in range(options.rounds + 1):
                for name, (pid, address) in contestants.items():
                    before = cpu_seconds_of(pid)
                    count = deliver(address, options.count)
                    costs[name].append((cpu_seconds_of(pid) - before) / count * 1e6)
            report_messages(kind, {name: cost[1:] for name, cost in costs.items()})


def report_messages(kind, costs):
    for name, cost in costs.items():
        print(f"STARTTLS and a message, {kind}, {name}: {statistics.median(cost):.0f} "
              f"(least {min(cost):.0f}) µs")
    if "reference" in costs:
        ratios = [ours / theirs for ours, theirs in zip(*costs.values(), strict=True)]
        print(f"  ratio: median of the rounds {statistics.median(ratios):.3f}, of the medians "
              f"{statistics.median(costs['quoth']) / statistics.median(costs['reference']):.3f}, "
              f"of the least {min(costs['quoth']) / min(costs['reference']):.3f}", flush=True)


# Memory


def open_idle(address, context):
    wire = SmtpWire(address)
    wire.greet()
    if context is not None:
        wire.expect(220, b"STARTTLS")
        wire.socket = context.wrap_socket(wire.socket)
        wire.expect(250, b"EHLO client.test")
    return wire


def measure_memory(options, folder):
    for kind in KINDS:
        with quoth(folder, kind) as (server, where):
            for form in ("off", "starttls"):
                context = any_server() if form == "starttls" else None
                before = server.rss_bytes()
                wires = [open_idle(where[form], context) for _ in range(options.count)]
                after = server.rss_bytes()
                print(f"memory {kind} {form}: {(after - before) / 1024 / len(wires):.1f} KiB a "
                      f"connection at {len(wires)}, peak RSS "
                      f"{server.peak_rss_bytes() / 2**20:.1f} MiB", flush=True)
                for wire in wires:
                    wire.close()
                wait_until(lambda: server.open_sockets() < 100, 30, "the end of all connections")


MEASURES = {"handshakes": measure_handshakes, "messages": measure_messages,
            "memory": measure_memory}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)}; else all")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reference", help="another server to hold the messages against")
    options = parser.parse_args()
    for name in options.measures:
        if name not in MEASURES:
            parser.error(f"no such measure: {name}")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {CLIENT_CORE})
    with tempfile.TemporaryDirectory(prefix="quoth-tls-") as folder:
        for name in options.measures or MEASURES:
            MEASURES[name](options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
