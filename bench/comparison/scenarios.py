"""What is measured. The keys are lasting: raw figures and docs/performance.md use them."""

import dataclasses

CONNECTIONS = 50
MESSAGES_PER_CONNECTION = 100

_SESSIONS = ("--per-connection", str(MESSAGES_PER_CONNECTION))
_ADDRESSES = ("--from", "bob@there.test", "--to", "ann@example.test", "--helo", "client.test")


@dataclasses.dataclass(frozen=True)
class Scenario:
    """`kind`: what the figure is: cpu (µs a message), memory (KiB a connection), latency (ms).

    `budget`: the most that Quoth may have, as a ratio to `against` ("limit", or another scenario of
    Quoth's own), or in the unit itself if `against` is empty. `servers`: None for all.
    """

    key: str
    kind: str
    title: str
    words: tuple
    tls: bool = False
    threads: int = 1
    all_cores: bool = False
    budget: float | None = None
    against: str = "limit"
    servers: tuple | None = None
    idle: int = 0

    def arguments(self):
        """Of `quoth bench`, but for how long and how much."""
        if self.kind == "memory":
            return ["--idle", str(self.idle), *self.words]
        # On a core of its own the generator spins: no server is charged for waking it.
        spin = ["--spin"] if self.kind == "cpu" and not self.all_cores else []
        return ["--connections", str(CONNECTIONS), *spin, *_ADDRESSES, *self.words]


def _cpu(key, title, *words, **more):
    return Scenario(key, "cpu", title, words, **more)


def _memory(key, idle, budget=None, tls=False):
    title = f"{idle:,} idle connections" + (", TLS" if tls else "")
    return Scenario(key, "memory", title, ("--starttls",) if tls else (), tls=tls, budget=budget,
                    against="", idle=idle)


OURS = ("limit", "quoth")

SCENARIOS = (
    _cpu("S1", "1 KiB, one message a connection", "--size", "1KiB", "--per-connection", "1",
         budget=1.5),
    _cpu("S2", "1 KiB, 100 messages a connection", "--size", "1KiB", *_SESSIONS, budget=1.35),
    _cpu("S3", "as S2, pipelined", "--size", "1KiB", *_SESSIONS, "--pipelining", budget=1.4),
    _cpu("S4", "10 KiB, pipelined", "--size", "10KiB", *_SESSIONS, "--pipelining", budget=1.4),
    _cpu("S5", "1 MiB, pipelined", "--size", "1MiB", *_SESSIONS, "--pipelining", budget=1.5),
    _cpu("S7", "STARTTLS, full handshakes, one message a connection", "--size", "1KiB",
         "--per-connection", "1", "--starttls", tls=True, budget=1.1),
    _cpu("S7R", "as S7, sessions resumed", "--size", "1KiB", "--per-connection", "1",
         "--starttls", "--resume", tls=True),
    _memory("M1", 1000),
    _memory("M10", 10000, budget=3),
    _memory("MT1", 1000, budget=24, tls=True),
    _memory("MT10", 10000, budget=24, tls=True),
    _cpu("T1", "as S2, one server thread, all cores", "--size", "1KiB", *_SESSIONS,
         all_cores=True, servers=OURS),
    _cpu("T2", "as S2, two server threads, all cores", "--size", "1KiB", *_SESSIONS, threads=2,
         all_cores=True, servers=OURS, budget=1.1, against="T1"),
    Scenario("L", "latency", "99th percentile at half of the highest rate of S2",
             ("--size", "1KiB", *_SESSIONS), servers=OURS, budget=2.0),
)

BY_KEY = {scenario.key: scenario for scenario in SCENARIOS}
LEFT_OUT_WHEN_QUICK = ("M10", "MT10")
