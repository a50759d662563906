"""`quoth bench` as its user sees it: what it counts is what the server has, and it never hangs."""

import json
import os
import pathlib
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import unittest

import mail_files
from quoth_case import QuothCase
from quoth_process import binary, configuration, to_toml
from waiting import wait_until

EX_USAGE = 64
EX_UNAVAILABLE = 69
EX_IOERR = 74
TO = ("--to", "alice@local.test")
PASSWORD = "a long secret"


def bench(*arguments, **options):
    return subprocess.run([binary(), "bench", *map(str, arguments)], capture_output=True,
                          text=True, timeout=240, **options)


class Scripted:
    """A server that answers each line by what `answer` says; None: no more, "": not at all."""

    def __init__(self, answer, greeting="220 odd.local.test"):
        self.answer, self.greeting = answer, greeting

    def __enter__(self):
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    self.talk()
                except OSError:
                    pass

            def talk(self):
                self.wfile.write(outer.greeting.encode() + b"\r\n")
                for line in self.rfile:
                    reply = outer.answer(line.decode().strip())
                    if reply is None:
                        return
                    if reply:
                        self.wfile.write(reply.encode() + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            request_queue_size = 100
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def willing(line):
    """A server without faults, for messages of one recipient."""
    if line == "DATA":
        return "354 go on"
    if line == "QUIT":
        return "221 bye"
    is_command = line[:4] in ("EHLO", "MAIL", "RCPT") or line == "."
    return "250 fine" if is_command else ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench(QuothCase):
    def measure(self, target, *arguments, code=0):
        """The JSON of a run that ends with that exit code."""
        done = bench(target, "--json", *arguments)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return json.loads(done.stdout)

    def measure_server(self, server, *arguments, to=TO):
        """The same, of a run of 20 messages that all arrive."""
        report = self.measure(f"{server.host}:{server.port}", *to, "--messages", 20,
                              "--connections", 4, *arguments)
        self.assertEqual(report["messages"], 20)
        self.assert_clean(report)
        return report

    def assert_clean(self, report):
        self.assertEqual(report["failed"], 0)
        self.assertEqual(report["unexpected"], [])
        self.assertIsNone(report["problem"])

    def assert_stored(self, server, count):
        self.assertEqual(len(mail_files.delivered(server.mail)), count)

    def fails(self, *arguments, code, words):
        done = bench(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stdout, "")
        return done

    # What it counts

    def test_counts_what_arrives(self):
        server = self.serve()
        report = self.measure_server(server, "--size", 700)
        self.assert_stored(server, 20)
        self.assertEqual({len(text) for text in self.stored(server)}, {700})
        self.assertEqual(report["connections"], 20)
        self.assertEqual(report["scenario"]["connections"], 4)
        self.assertGreater(report["messages_per_second"], 0)
        latency = report["latency_ms"]
        self.assertLessEqual(latency["p50"], latency["p99"])
        self.assertLessEqual(latency["p99"], latency["max"])
        self.assertIsNone(report["server"])
        self.assertIsNone(report["idle"])
        self.assertIsNone(report["rate_held"])

    def test_several_messages_on_a_connection(self):
        server = self.serve()
        report = self.measure_server(server, "--per-connection", 5)
        self.assertGreaterEqual(report["connections"], 4)
        self.assertLess(report["connections"], 20)
        report = self.measure_server(server, "--per-connection", 0)
        self.assertEqual(report["connections"], 4)
        self.assert_stored(server, 40)

    def test_pipelining(self):
        server = self.serve()
        self.measure_server(server, "--pipelining", "--per-connection", 10)
        self.assert_stored(server, 20)

    def test_bdat(self):
        server = self.serve()
        for more in ((), ("--pipelining",), ("--chunk", 300), ("--chunk", 300, "--pipelining")):
            self.measure_server(server, "--bdat", *more)
        self.assert_stored(server, 80)
        self.assertEqual({len(text) for text in self.stored(server)}, {1024})

    def test_large_messages(self):
        server = self.serve()
        self.measure_server(server, "--size", "1MiB", "--per-connection", 0)
        self.measure_server(server, "--size", "1MiB", "--per-connection", 0, "--bdat")
        self.assertEqual({len(text) for text in self.stored(server)}, {1 << 20})

    def test_several_recipients(self):
        server = self.serve()
        self.measure_server(server, "--recipients", 3, to=("--to", "user{n}@local.test"))
        self.assert_stored(server, 60)

    def test_several_threads(self):
        server = self.serve()
        report = self.measure_server(server, "--threads", 2)
        self.assertEqual(report["scenario"]["threads"], 2)
        self.assert_stored(server, 20)

    def test_lmtp_over_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            address = f"unix:{folder}/lmtp.sock"
            config = configuration(folder + "/mail")
            config["listener"][0].update(listen=[address], role="lmtp")
            self.serve(config=config)
            report = self.measure(address, "--lmtp", "--messages", 10, "--recipients", 2, "--to",
                                  "user{n}@local.test")
            self.assert_clean(report)
            self.assertEqual(len(mail_files.delivered(pathlib.Path(folder) / "mail")), 20)

    # TLS and logins

    def serve_with(self, **listener):
        with tempfile.TemporaryDirectory() as mail:
            config = configuration(mail, via="discard")
            config["listener"][0].update(listener)
            return self.serve(config=config)

    def test_starttls(self):
        server = self.serve_with(tls="starttls")
        report = self.measure_server(server, "--starttls")
        self.assertEqual(report["handshakes"], {"full": 20, "resumed": 0})
        report = self.measure_server(server, "--starttls", "--resume")
        self.assertEqual(report["handshakes"], {"full": 4, "resumed": 16})

    def test_implicit_tls(self):
        server = self.serve_with(tls="implicit")
        report = self.measure_server(server, "--tls", "--resume")
        self.assertEqual(report["handshakes"]["full"], 4)
        self.assertEqual(report["scenario"]["tls"], "implicit")
        report = self.measure_server(server, "--tls", "--size", "1MiB", "--per-connection", 0)
        self.assertEqual(report["handshakes"], {"full": 4, "resumed": 0})

    def test_login(self):
        with tempfile.TemporaryDirectory() as folder:
            users, password = pathlib.Path(folder) / "users", pathlib.Path(folder) / "password"
            password.write_text(PASSWORD + "\n")
            subprocess.run([binary(), "passwd", "add", "ann", "--file", users], check=True,
                           input=PASSWORD + "\n", text=True, capture_output=True)
            server = self.serve_with(tls="starttls", auth={"users": str(users)})
            login = ("--user", "ann", "--password-file", password)
            self.assertTrue(self.measure_server(server, "--starttls", *login)["scenario"]["auth"])
            target = f"{server.host}:{server.port}"
            self.fails(target, *login, code=EX_UNAVAILABLE, words="AUTH PLAIN")
            password.write_text("wrong\n")
            done = self.fails(target, "--starttls", *login, code=EX_UNAVAILABLE, words="AUTH is: 535")
            self.assertIn("password", done.stderr)

    # Time

    def test_duration(self):
        server = self.serve()
        report = self.measure(f"{server.host}:{server.port}", *TO, "--duration", "300ms")
        self.assert_clean(report)
        self.assertGreater(report["messages"], 0)
        self.assert_stored(server, report["messages"])

    def test_warm_up_is_not_counted(self):
        server = self.serve()
        report = self.measure_server(server, "--warm-up", "200ms")
        self.assertGreater(len(mail_files.delivered(server.mail)), 20)
        self.assertEqual(report["messages"], 20)

    def test_rate(self):
        server = self.serve()
        for more in ((), ("--per-connection", 0), ("--per-connection", 3), ("--threads", 2)):
            report = self.measure_server(server, "--rate", 200, *more)
            self.assertIsInstance(report["rate_held"], bool)
            self.assertEqual(report["behind"], 0)
        report = self.measure(f"{server.host}:{server.port}", *TO, "--rate", 0.5, "--duration",
                              "300ms")
        self.assertEqual(report["messages"], 1)

    def test_a_rate_that_cannot_be_held_is_told(self):
        server = self.serve()
        report = self.measure(f"{server.host}:{server.port}", *TO, "--rate", 1e6, "--duration",
                              "200ms")
        self.assertFalse(report["rate_held"])
        self.assertGreater(report["behind"], 0)
        self.assert_stored(server, report["messages"])
        done = bench(f"{server.host}:{server.port}", *TO, "--rate", 1e6, "--messages", 100)
        self.assertIn("the rate was not held", done.stdout)

    # The server's side

    def spawned(self, folder, port):
        """The command that starts a server of its own."""
        config = configuration(folder + "/mail", via="discard")
        config["listener"][0]["listen"] = [f"127.0.0.1:{port}"]
        (pathlib.Path(folder) / "quoth.toml").write_text(to_toml(config))
        return f"exec {binary()} serve --config {folder}/quoth.toml >{folder}/log 2>&1"

    def test_spawn(self):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            report = self.measure(f"127.0.0.1:{port}", *TO, "--messages", 100, "--spawn",
                                  self.spawned(folder, port))
            self.assert_clean(report)
            server = report["server"]
            self.assertEqual(server["processes"], 1)
            self.assertGreater(server["memory_kib"], 0)
            self.assertGreaterEqual(server["memory_peak_kib"], server["memory_kib"])
            self.assertGreaterEqual(server["cpu_us_per_message"], 0)
            with socket.socket() as ended:
                self.assertNotEqual(ended.connect_ex(("127.0.0.1", port)), 0)

    def test_spawn_through_a_shell_that_forks(self):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            command = self.spawned(folder, port).removeprefix("exec ")
            report = self.measure(f"127.0.0.1:{port}", *TO, "--messages", 10, "--spawn",
                                  f"setsid {command} & :")
            self.assert_clean(report)
            self.assertGreater(report["server"]["memory_kib"], 0)
            with socket.socket() as ended:
                self.assertNotEqual(ended.connect_ex(("127.0.0.1", port)), 0)

    def test_spawn_that_fails(self):
        target = f"127.0.0.1:{free_port()}"
        self.fails(target, "--spawn", "exit 3", code=EX_UNAVAILABLE, words="exit status 3")
        self.fails(target, "--spawn", "kill -9 $$", code=EX_UNAVAILABLE, words="signal 9")
        server = self.serve()
        self.fails(f"{server.host}:{server.port}", "--spawn", "true", code=EX_UNAVAILABLE,
                   words="already")

    def test_pid(self):
        server = self.serve()
        report = self.measure_server(server, "--pid", server.process.pid)
        self.assertEqual(report["server"]["processes"], 1)
        self.assertGreater(report["server"]["memory_kib"], 0)
        self.assertTrue(server.alive())

    def test_idle(self):
        server = self.serve()
        target = f"{server.host}:{server.port}"
        report = self.measure(target, "--idle", 50, "--hold", "100ms", "--pid", server.process.pid)
        self.assertEqual(report["idle"]["connections"], 50)
        self.assertIsNotNone(report["idle"]["kib_per_connection"])
        self.assertEqual(report["messages"], 0)
        self.assertIsNone(report["latency_ms"])
        self.assert_clean(report)
        report = self.measure_server(server, "--idle", 50, "--hold", "100ms")
        self.assertEqual(report["idle"]["connections"], 50)
        self.assertIsNone(report["idle"]["kib_per_connection"])

    # Servers that do not what they should

    def test_refused_recipients(self):
        server = self.serve()
        report = self.measure(f"{server.host}:{server.port}", "--to", "nobody@local.test",
                              "--messages", 15, code=EX_UNAVAILABLE)
        self.assertEqual((report["messages"], report["failed"]), (0, 15))
        (unexpected,) = report["unexpected"]
        self.assertEqual(unexpected["command"], "RCPT")
        self.assertTrue(unexpected["reply"].startswith("550 "), unexpected)
        self.assertEqual(unexpected["count"], 15)
        report = self.measure(f"{server.host}:{server.port}", "--to", "nobody@local.test",
                              "--messages", 15, "--pipelining", code=EX_UNAVAILABLE)
        self.assertEqual(report["failed"], 15)
        self.assert_stored(server, 0)

    def measure_scripted(self, answer, *arguments, **options):
        with Scripted(answer, **options) as target:
            report = self.measure(target, "--messages", 8, "--connections", 2, *arguments,
                                  code=EX_UNAVAILABLE)
        self.assertEqual(report["messages"], 0)
        self.assertGreater(report["failed"], 0)
        return report["unexpected"][0]

    def test_willing_server(self):
        with Scripted(willing) as target:
            self.assert_clean(self.measure(target, "--messages", 8))

    def test_wrong_replies(self):
        unexpected = self.measure_scripted(
            lambda line: "451 later" if line == "." else willing(line))
        self.assertEqual((unexpected["command"], unexpected["reply"]), ("text", "451 later"))
        unexpected = self.measure_scripted(
            lambda line: "250 fine" if line == "DATA" else willing(line))
        self.assertEqual((unexpected["command"], unexpected["reply"]), ("DATA", "250 fine"))
        unexpected = self.measure_scripted(
            lambda line: "250-a\r\n251 b" if line.startswith("MAIL") else willing(line))
        self.assertIn("different codes", unexpected["reply"])
        unexpected = self.measure_scripted(
            lambda line: "250 a\r\n250 b" if line.startswith("MAIL") else willing(line))
        self.assertEqual(unexpected["command"], "nothing")

    def test_server_that_closes(self):
        unexpected = self.measure_scripted(
            lambda line: None if line.startswith("RCPT") else willing(line))
        self.assertEqual(unexpected["command"], "RCPT")
        self.assertIn("connection closed", unexpected["reply"])

    def test_server_that_hangs(self):
        with Scripted(lambda line: "" if line == "." else willing(line)) as target:
            report = self.measure(target, "--timeout", "300ms", code=EX_UNAVAILABLE)
        self.assertEqual(report["problem"], "the server answers no more")
        self.assertIn("no reply", report["unexpected"][0]["reply"])

    def test_server_that_hangs_at_once(self):
        with Scripted(lambda line: "") as target:
            self.fails(target, "--timeout", "300ms", code=EX_UNAVAILABLE, words="no reply for 0.3 s")

    def test_missing_extensions(self):
        with Scripted(willing) as target:
            for option, words in (("--pipelining", "PIPELINING"), ("--bdat", "CHUNKING"),
                                  ("--starttls", "STARTTLS")):
                self.fails(target, option, code=EX_UNAVAILABLE, words=f"does not offer {words}")

    def test_nobody_listens(self):
        self.fails(f"127.0.0.1:{free_port()}", code=EX_UNAVAILABLE, words="cannot connect")

    # The terminal

    def test_interrupted_it_prints_what_it_has(self):
        server = self.serve()
        process = subprocess.Popen(
            [binary(), "bench", f"{server.host}:{server.port}", *TO, "--duration", "1h", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: len(mail_files.delivered(server.mail)) > 20, 60, "messages")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        report = json.loads(out)
        self.assertTrue(report["interrupted"])
        self.assertGreater(report["messages"], 0)

    def test_interrupted_it_ends_the_server(self):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            process = subprocess.Popen(
                [binary(), "bench", f"127.0.0.1:{port}", *TO, "--duration", "1h", "--spawn",
                 self.spawned(folder, port)], stdout=subprocess.PIPE, text=True)
            log = pathlib.Path(folder) / "log"
            wait_until(lambda: log.exists() and "smtp.in" in log.read_text(), 60, "messages")
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
            self.assertIn("interrupted", out)
            with socket.socket() as ended:
                self.assertNotEqual(ended.connect_ex(("127.0.0.1", port)), 0)

    def test_text(self):
        server = self.serve()
        done = bench(f"{server.host}:{server.port}", *TO, "--messages", 10, "--pid",
                     server.process.pid)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        for word in ("scenario", "throughput", "latency", "server CPU", "memory", "generator"):
            self.assertIn(word, done.stdout)

    def test_usage(self):
        target = "127.0.0.1:1"
        for arguments, words in (
                ((), "no server"),
                ((target, "--connections", 0), "`--connections` is out of range"),
                ((target, "--size", 10), "`--size` is too small"),
                ((target, "--size", "much"), "is no size"),
                ((target, "--duration", "10"), "is no time"),
                ((target, "--duration", "1s", "--messages", 1), "exclude each other"),
                ((target, "--tls", "--starttls"), "exclude each other"),
                ((target, "--spawn", "true", "--pid", 1), "exclude each other"),
                ((target, "--chunk", "1KiB"), "says nothing without `--bdat`"),
                ((target, "--resume"), "says nothing without"),
                ((target, "--rate", -1), "`--rate` is out of range"),
                ((target, "--to", "<a@b.c>"), "`--to` is no mailbox"),
                (("192.0.2.1:25", "--user", "ann"), "in the clear"),
                ((target, "--conections", 5), "--connections"),
                (("nowhere", ), "HOST:PORT")):
            with self.subTest(arguments=arguments):
                self.fails(*arguments, code=EX_USAGE, words=words)
        self.fails(target, "--user", "ann", "--password-file", os.devnull, code=EX_IOERR,
                   words="no password")
        self.fails(target, "--pid", 1 << 30, code=EX_UNAVAILABLE, words="there is no process")

    def test_help_has_examples(self):
        done = bench("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("quoth bench 127.0.0.1:1025", done.stdout)
        self.assertIn("not\nverified", done.stdout)


if __name__ == "__main__":
    unittest.main()
