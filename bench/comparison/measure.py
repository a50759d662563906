"""Runs the generator, `quoth bench`, against one server after the other."""

import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

from comparison.processes import HOST, DidNotStart, tail_of
from comparison.servers import Launch

MOST_MEMORY_ROUNDS = 3  # memory hardly varies
HOLD_SECONDS = 2
SPARE_SECONDS = 120


class RunFailed(Exception):
    """A run whose figures do not count: a wrong reply, a lost connection, a program that failed."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """`pair`: certificate and key for TLS; times are in seconds."""

    generator: pathlib.Path
    server_core: int
    generator_core: int
    rounds: int
    seconds: float
    warm_up: float
    pair: tuple


def seconds_word(seconds):
    return f"{round(seconds * 1000)}ms"


def complaint_of(report):
    """What is wrong with a report; empty if it counts."""
    unexpected = report.get("unexpected") or []
    if unexpected:
        return "; ".join(f"{each['command']}: {each['reply'].strip()} ({each['count']}×)"
                         for each in unexpected)
    if report.get("failed"):
        return f"{report['failed']} messages failed"
    if report.get("rate_held") is False:
        return "the rate was not held"
    return ""


def check_handshakes(scenario, report):
    """Full ones were asked for, or such as go on with a session: nearly all have to be."""
    done = report.get("handshakes") or {}
    full, resumed = done.get("full", 0), done.get("resumed", 0)
    if "--resume" in scenario.words and resumed < 5 * full:
        raise RunFailed(f"{full} of {full + resumed} handshakes were full ones")
    if "--resume" not in scenario.words and resumed:
        raise RunFailed(f"{resumed} handshakes went on with a session")


class Generator:
    """`quoth bench` on its core (or, for `cores`, on several), against a server that runs."""

    def __init__(self, settings, server, cores):
        self.settings, self.server, self.cores = settings, server, cores

    def run(self, arguments):
        """The report of a run. @raises RunFailed"""
        command = [self.settings.generator, "bench", f"{HOST}:{self.server.port}", "--json",
                   "--pid", str(self.server.pid), *arguments]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                timeout=self.settings.seconds * 10 + SPARE_SECONDS,
                preexec_fn=lambda: os.sched_setaffinity(0, self.cores))
        except subprocess.TimeoutExpired as late:
            raise RunFailed("the generator did not end") from late
        return self._checked(result)

    def _checked(self, result):
        try:
            report = json.loads(result.stdout)
        except ValueError as error:
            said = (result.stderr or result.stdout).strip()[-300:]
            raise RunFailed(f"the generator ended with {result.returncode}: {said}") from error
        complaint = complaint_of(report)
        if complaint or result.returncode != 0:
            raise RunFailed(complaint or f"the generator ended with {result.returncode}")
        return report


def needed(report, *keys):
    """report[key][key]…; the figures that a run is made for must be there."""
    value = report
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        raise RunFailed(f"the generator has not told {'.'.join(keys)}")
    return value


def messages_for(warm_up_rate, seconds, connections):
    """How many messages a counted run has: about so many seconds', but two a connection at least.

    A run ends with its last message, so that no message is half in it: with large ones and slow
    servers that would be much.
    """
    return max(2 * connections, round(warm_up_rate * seconds))


def cpu_run(generator, scenario, settings, connections):
    """µs of processor time a message; the warm-up is a run of its own."""
    arguments = scenario.arguments()
    warm = generator.run([*arguments, "--duration", seconds_word(settings.warm_up)])
    count = messages_for(warm["messages_per_second"], settings.seconds, connections)
    report = generator.run([*arguments, "--messages", str(count)])
    check_handshakes(scenario, report)
    return needed(report, "server", "cpu_us_per_message"), report


def memory_run(generator, scenario):
    """KiB an idle connection."""
    report = generator.run([*scenario.arguments(), "--hold", f"{HOLD_SECONDS}s"])
    return needed(report, "idle", "kib_per_connection"), report


def latency_run(generator, scenario, settings, rate):
    """Milliseconds within which 99 of 100 messages were answered, from when they were due."""
    report = generator.run(
        [*scenario.arguments(), "--rate", f"{rate:.0f}", "--warm-up",
         seconds_word(settings.warm_up), "--duration", seconds_word(settings.seconds)])
    return needed(report, "latency_ms", "p99"), report


def highest_rate(generator, scenario, settings):
    """Messages a second, without any wait."""
    report = generator.run([*scenario.arguments(), "--warm-up", seconds_word(settings.warm_up),
                            "--duration", seconds_word(settings.seconds)])
    return needed(report, "messages_per_second")


class Comparison:
    """Takes the servers by turns. `results[scenario key][server name]` has a sample for each round,
    {"value": …, "report": …}, or None where the run failed; `failures` says why."""

    def __init__(self, settings, servers, connections, say=print):
        self.settings, self.servers, self.connections = settings, servers, connections
        self.say = say
        self.results, self.failures = {}, []
        self._rate = None

    def run(self, scenarios):
        for block in blocks(scenarios):
            for number in range(self._rounds_of(block[0])):
                for scenario in block:
                    self._round(scenario, number)

    def _rounds_of(self, scenario):
        rounds = self.settings.rounds
        return min(rounds, MOST_MEMORY_ROUNDS) if scenario.kind == "memory" else rounds

    def _round(self, scenario, number):
        chosen = [server for server in self.servers if takes_part(server, scenario)]
        if scenario.kind == "latency":
            self._rate = self._half_of_highest_rate(chosen, scenario)
        for server in chosen:
            sample = self._sample(server, scenario)
            self.results.setdefault(scenario.key, {}).setdefault(server.name, []).append(sample)
            shown = "failed" if sample is None else f"{sample['value']:.4g} {UNITS[scenario.kind]}"
            self.say(f"{scenario.key:4} round {number + 1}  {server.name:12} {shown}")

    def _sample(self, server, scenario):
        try:
            value, report = self._with_server(server, scenario, self._measure)
        except (RunFailed, DidNotStart) as failure:
            self._note(f"{scenario.key}, {server.name}", failure)
            return None
        return {"value": value, "report": report}

    def _note(self, where, failure):
        self.failures.append(f"{where}: {' '.join(str(failure).split())}")
        self.say(f"failure: {self.failures[-1]}")

    def _measure(self, generator, scenario):
        if scenario.kind == "memory":
            return memory_run(generator, scenario)
        if scenario.kind == "latency":
            if self._rate is None:
                raise RunFailed("the highest rate is not known")
            return latency_run(generator, scenario, self.settings, self._rate)
        return cpu_run(generator, scenario, self.settings, self.connections)

    def _half_of_highest_rate(self, servers, scenario):
        """Of the slowest of them: all get the same load."""
        def measure(generator, of):
            return highest_rate(generator, of, self.settings)

        try:
            rates = [self._with_server(server, scenario, measure) for server in servers]
            return min(rates, default=0) / 2 or None
        except (RunFailed, DidNotStart) as failure:
            self._note(f"{scenario.key}, highest rate", failure)
            return None

    def _with_server(self, server, scenario, measure):
        """measure(generator, scenario), with a server that is started for it alone."""
        own, other = {self.settings.server_core}, {self.settings.generator_core}
        if scenario.all_cores:
            own = other = own | other
        with tempfile.TemporaryDirectory(prefix="quoth-compare-") as name:
            launch = Launch(pathlib.Path(name), frozenset(own),
                            self.settings.pair if scenario.tls else None, scenario.threads)
            with server.start(launch) as running:
                try:
                    return measure(Generator(self.settings, running, other), scenario)
                except RunFailed as failure:
                    if running.process.poll() is None:
                        raise
                    raise RunFailed(f"the server has ended: {tail_of(running.log)}") from failure


UNITS = {"cpu": "µs a message", "memory": "KiB a connection", "latency": "ms"}


def takes_part(server, scenario):
    if scenario.servers is not None and server.name not in scenario.servers:
        return False
    return server.has_tls or not scenario.tls


def blocks(scenarios):
    """Scenarios whose rounds go together: one that is held against another follows it each time."""
    result = []
    for scenario in scenarios:
        if any(scenario.against == earlier.key for block in result for earlier in block):
            next(b for b in result if scenario.against in [s.key for s in b]).append(scenario)
        else:
            result.append([scenario])
    return result
