"""The servers that are compared: what each needs, its version, and how it is started.

Each takes every message and keeps none, does not look up its clients in the DNS, and listens on
127.0.0.1 alone.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

from comparison.processes import HOST, Running, free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / "bench" / "peers"
BUILD = ROOT / "build" / "peers"
MANY_CONNECTIONS = 50000
UNPRIVILEGED = "nobody"

QUOTH_CONFIG = """\
hostname = "quoth.example.test"
threads = {threads}
[[listener]]
listen = ["127.0.0.1:0"]
accept = ["example.test"]
tls = "{tls}"
[route."example.test"]
via = "discard"
[limits]
connections.total = {connections}
connections.per_ip = {connections}
[log]
format = "json"
"""


@dataclasses.dataclass(frozen=True)
class Launch:
    """How a server is wanted this time. `pair`: certificate and key, for STARTTLS; or None."""

    folder: pathlib.Path
    cores: frozenset
    pair: tuple | None = None
    threads: int = 1


def output_of(*command, **options):
    """What a command prints, on one line; empty if it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    return " ".join(result.stdout.split()) if result.returncode == 0 else ""


def package_version(name):
    return output_of("dpkg-query", "--show", "--showformat=${Version}", name)


def tls_words(launch):
    return ["--cert", launch.pair[0], "--key", launch.pair[1]] if launch.pair else []


class Server:
    """One of the compared. `has_tls`: it can be measured with STARTTLS."""

    name = ""
    has_tls = True

    def missing(self):
        """Why it cannot be started and how to get it; None if it can."""
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def start(self, launch):
        """A Running, for a `with`."""
        raise NotImplementedError


class Limit(Server):
    name = "limit"

    def __init__(self, program):
        self.program = program

    def missing(self):
        if os.access(self.program, os.X_OK):
            return None
        return "cmake --preset bench && ninja -C build/bench limit"

    def version(self):
        return "of bench/limit, " + output_of("openssl", "version").partition(" (")[0]

    def start(self, launch):
        ready = launch.folder / "ready.json"
        command = [self.program, "--port", 0, "--ready-file", ready,
                   "--threads", launch.threads, *tls_words(launch)]
        return Running(command, launch.cores, launch.folder, ready_file=ready)


class Quoth(Server):
    name = "quoth"

    def __init__(self, program):
        self.program = program

    def missing(self):
        if os.access(self.program, os.X_OK):
            return None
        return "cmake --preset release && ninja -C build/release quoth"

    def version(self):
        commit = output_of("git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude=*")
        version = output_of(self.program, "--version").removeprefix("quoth ")
        return f"{version}, commit {commit or 'unknown'}"

    def start(self, launch):
        tls = "starttls" if launch.pair else "off"
        config = QUOTH_CONFIG.format(
            threads=launch.threads, tls=tls, connections=MANY_CONNECTIONS)
        if launch.pair:
            config += f'[tls]\ncertificate = "{launch.pair[0]}"\nkey = "{launch.pair[1]}"\n'
        file, ready = launch.folder / "quoth.toml", launch.folder / "ready.json"
        file.write_text(config)
        command = [self.program, "serve", "--config", file, "--ready-file", ready]
        return Running(command, launch.cores, launch.folder, ready_file=ready)


class SmtpSink(Server):
    name = "smtp-sink"
    has_tls = False

    def missing(self):
        return None if shutil.which("smtp-sink") else "apt-get install postfix"

    def version(self):
        return f"Postfix {package_version('postfix')}"

    def start(self, launch):
        port = free_port()
        user = ["-u", UNPRIVILEGED] if os.getuid() == 0 else []
        command = ["smtp-sink", *user, "-m", MANY_CONNECTIONS, "-h", "sink.example.test",
                   f"{HOST}:{port}", 1024]
        return Running(command, launch.cores, launch.folder, port=port)


class GoSmtp(Server):
    """Built from bench/peers/go-smtp with Debian's packages, without the network."""

    name = "go-smtp"
    program = BUILD / "go-smtp"
    library = "golang-github-emersion-go-smtp-dev"

    def missing(self):
        if shutil.which("go") is None or not package_version(self.library):
            return f"apt-get install golang-go {self.library} golang-github-emersion-go-sasl-dev"
        env = {**os.environ, "GOPATH": "/usr/share/gocode", "GO111MODULE": "off",
               "GOCACHE": str(BUILD / "go-cache")}
        built = subprocess.run(["go", "build", "-o", self.program, "."], cwd=PEERS / "go-smtp",
                               env=env, capture_output=True, text=True, check=False)
        return None if built.returncode == 0 else built.stderr.strip()

    def version(self):
        return f"{package_version(self.library)}, {output_of('go', 'version')}"

    def start(self, launch):
        port = free_port()
        command = [self.program, "-port", port, *tls_words(launch)]
        return Running(command, launch.cores, launch.folder, port=port)


class Aiosmtpd(Server):
    name = "aiosmtpd"
    python = "/usr/bin/python3"

    def missing(self):
        if not os.access(self.python, os.X_OK) or not package_version("python3-aiosmtpd"):
            return "apt-get install python3-aiosmtpd"
        return None

    def version(self):
        return f"{package_version('python3-aiosmtpd')}, {output_of(self.python, '--version')}"

    def start(self, launch):
        port = free_port()
        command = [self.python, PEERS / "aiosmtpd" / "server.py", "--port", port,
                   *tls_words(launch)]
        return Running(command, launch.cores, launch.folder, port=port)


class NodeSmtpServer(Server):
    name = "smtp-server"
    folder = BUILD / "smtp-server"

    def missing(self):
        if shutil.which("node") is None:
            return "apt-get install nodejs npm, version 20 or later; then bench/compare --npm"
        there = (self.folder / "node_modules" / "smtp-server").exists()
        return None if there else "bench/compare --npm"

    def install(self):
        """Gets the library that package-lock.json names, by npm."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in (PEERS / "smtp-server").glob("package*.json"):
            shutil.copy(file, self.folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                       cwd=self.folder, check=True)

    def version(self):
        package = self.folder / "node_modules" / "smtp-server" / "package.json"
        library = json.loads(package.read_text())["version"]
        return f"{library}, Node {output_of('node', '--version')}"

    def start(self, launch):
        port = free_port()
        command = ["node", PEERS / "smtp-server" / "main.js", "--port", port, *tls_words(launch)]
        return Running(command, launch.cores, launch.folder, port=port,
                       env={"NODE_PATH": str(self.folder / "node_modules")})


def all_servers(limit, quoth):
    """In the order in which they take turns."""
    return [Limit(limit), Quoth(quoth), SmtpSink(), GoSmtp(), NodeSmtpServer(), Aiosmtpd()]
