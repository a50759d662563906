"""`quoth conform` as its user sees it, against `quoth serve`: nothing may fail."""

import json
import pathlib
import socketserver
import subprocess
import tempfile
import threading
import unittest

from quoth_case import QuothCase
from quoth_process import binary, configuration

EX_USAGE = 64
EX_UNAVAILABLE = 69
EX_IOERR = 74
EX_TEMPFAIL = 75
LEVELS = {"MUST", "SHOULD", "SECURITY", "EXTENSION"}
EXTENSIONS = ("pipelining", "size", "8bitmime", "enhancedstatuscodes", "chunking", "binarymime",
              "smtputf8", "limits", "dsn", "deliverby", "mt-priority", "futurerelease", "rrvs",
              "etrn")
CASES_AT_LEAST = 900
SECONDS_AT_MOST = 60


class Unwilling:
    """A server that says 421 to all but EHLO."""

    def __enter__(self):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 busy.local.test\r\n")
                for line in self.rfile:
                    if not line.startswith(b"EHLO"):
                        self.wfile.write(b"421 not now\r\n")
                        break
                    self.wfile.write(b"250 busy.local.test\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def conform(*arguments, **options):
    return subprocess.run([binary(), "conform", *map(str, arguments)], capture_output=True,
                          text=True, timeout=240, **options)


def failures(report):
    return [f"{case['id']}: {case['detail']}" for case in report["cases"]
            if case["status"] == "failed"]


class Conform(QuothCase):
    def run_against(self, server, *arguments):
        """The exit code and the JSON of a run that looks at what was delivered."""
        done = conform(f"{server.host}:{server.port}", "--rcpt", "alice@local.test", "--maildir",
                       server.mail, "--json", *arguments)
        self.assertTrue(done.stdout, done.stderr)
        return done.returncode, json.loads(done.stdout)

    def test_quoth_fails_nothing(self):
        server = self.serve(users=("alice", "postmaster"))
        code, report = self.run_against(server)
        self.assertEqual(failures(report), [])
        self.assertEqual(code, 0)
        self.assertTrue(report["ok"])
        self.assertGreaterEqual(len(report["cases"]), CASES_AT_LEAST)
        if not server.is_sanitized():
            self.assertLess(report["ms"], SECONDS_AT_MOST * 1000)
        self.assertTrue(server.alive())

    def run_with(self, *arguments, server=None, **listener):
        """The same against a listener with more in its configuration."""
        with tempfile.TemporaryDirectory() as mail:
            config = configuration(mail, users=("alice", "postmaster"))
            config["listener"][0].update(listener)
            running = self.serve(config=config)
            done = conform(server or f"{running.host}:{running.port}", "--rcpt",
                           "alice@local.test", "--maildir", mail, "--json", *arguments)
            self.assertTrue(done.stdout, done.stderr)
            self.assertTrue(running.alive())
        report = json.loads(done.stdout)
        self.assertEqual(failures(report), [])
        self.assertEqual(done.returncode, 0)
        return report

    def test_quoth_with_all_extensions_fails_nothing(self):
        report = self.run_with(extensions={name: True for name in EXTENSIONS})
        offered = {line.split()[0].lower() for line in report["extensions"]}
        self.assertLessEqual(set(EXTENSIONS), offered)

    def test_quoth_as_lmtp_fails_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            address = f"unix:{folder}/lmtp.sock"
            report = self.run_with("--lmtp", server=address, listen=[address], role="lmtp")
        passed = {case["id"] for case in report["cases"] if case["status"] == "passed"}
        self.assertLessEqual({"lmtp.two", "lmtp.equal", "lmtp.no-ehlo"}, passed)

    def run_with_logins(self, *arguments, role="mx", passed=(), **listener):
        """Against a listener with TLS, which ann may log in to."""
        with tempfile.TemporaryDirectory() as folder:
            users = pathlib.Path(folder) / "users"
            password = pathlib.Path(folder) / "password"
            password.write_text("a long secret\n")
            subprocess.run([binary(), "passwd", "add", "ann", "--file", users], check=True,
                           input=password.read_text(), text=True, capture_output=True)
            report = self.run_with("--user", "ann", "--password-file", password, *arguments,
                                   role=role, auth={"users": str(users), "failures": 1000},
                                   extensions={"requiretls": True}, **listener)
        by_status = {case["id"]: case["status"] for case in report["cases"]}
        for name in ("auth.plain", "auth.login", "scram.sha-256", "scram.exporter", *passed):
            self.assertEqual(by_status[name], "passed", name)
        self.assertNotIn("a long secret", json.dumps(report))

    def test_starttls_and_logins_fail_nothing(self):
        self.run_with_logins(tls="starttls",
                             passed=("starttls.works", "handshake.tls-1-3", "requiretls.mail",
                                     "starttls.received-with", "starttls.injects-noop"))

    def test_submission_behind_starttls_fails_nothing(self):
        self.run_with_logins("--submission", "--own-sender", "--starttls", "--sender",
                             "ann@local.test", role="submission", tls="required",
                             passed=("submission.relay", "submission.other-sender", "data.plain",
                                     "submission.received-with", "submission.mail-first"))

    def test_submission_over_implicit_tls_fails_nothing(self):
        self.run_with_logins("--submission", "--own-sender", "--tls", "--sender",
                             "ann@local.test", role="submission", tls="implicit",
                             passed=("implicit.tls-1-2", "implicit.clear-text", "data.plain"))

    def test_trusted_peers_fail_nothing(self):
        report = self.run_with("--proxy", trust={"proxy": ["127.0.0.0/8"]})
        passed = {case["id"] for case in report["cases"] if case["status"] == "passed"}
        self.assertLessEqual({"proxy.v1-tcp4", "proxy.v2-crc", "proxy.v2-bad-crc", "data.plain",
                              "proxy.received"}, passed)
        report = self.run_with("--xclient", trust={"xclient": ["127.0.0.0/8"]})
        passed = {case["id"] for case in report["cases"] if case["status"] == "passed"}
        self.assertLessEqual({"xclient.address", "xclient.bad-name-crlf", "xclient.received"},
                             passed)

    def test_password_comes_from_standard_input(self):
        done = conform("127.0.0.1:1", "--user", "ann", input="secret\n")
        self.assertEqual(done.returncode, EX_UNAVAILABLE, done.stderr)
        done = conform("127.0.0.1:1", "--user", "ann", stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, EX_IOERR, done.stderr)
        self.assertIn("standard input has no password", done.stderr)

    def test_json(self):
        server = self.serve(users=("alice", "postmaster"))
        _, report = self.run_against(server, "--only", "verbs,lmtp.one", "--jobs", "2")
        self.assertIn("PIPELINING", report["extensions"])
        self.assertTrue(report["greeting"].startswith("220 mx.local.test"))
        for case in report["cases"]:
            self.assertLessEqual({"id", "group", "level", "reference", "title", "why", "status",
                                  "detail", "ms", "dialogue"}, case.keys())
            self.assertIn(case["level"], LEVELS)
        by_id = {case["id"]: case for case in report["cases"]}
        self.assertEqual(by_id["lmtp.one"]["status"], "skipped")
        self.assertEqual(by_id["lmtp.one"]["skipped_because"], "about the other protocol")
        said = [turn["octets"] for turn in by_id["verbs.noop"]["dialogue"]
                if turn["who"] == "client"]
        self.assertEqual(said, ["EHLO conform.example.org\r\n", "NOOP\r\n"])
        counts = report["counts"]
        self.assertEqual(counts["cases"], len(report["cases"]))
        self.assertEqual(counts["passed"] + counts["failed"] + counts["skipped"], counts["cases"])

    def test_text(self):
        server = self.serve(users=("alice", "postmaster"))
        done = conform(f"localhost:{server.port}", "--rcpt", "alice@local.test", "--only", "verbs")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ok   verbs.noop", done.stdout)
        self.assertIn("no MUST or SECURITY case failed", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_a_recipient_that_is_not_there_is_no_failure_of_the_server(self):
        server = self.serve(users=("alice", "postmaster"))
        done = conform(f"{server.host}:{server.port}", "--rcpt", "nobody@local.test", "--only",
                       "data.message")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("550 5.1.1", done.stdout)
        self.assertIn("skipped: 1 (refused before the point)", done.stdout)

    def test_open_relay(self):
        config = configuration("/nowhere", via="discard")
        config["listener"][0]["accept"] = ["*"]
        del config["recipients"]
        server = self.serve(config=config)
        done = conform(f"{server.host}:{server.port}", "--only", "relay.plain")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("FAIL relay.plain [SECURITY]", done.stdout)
        self.assertIn("C: RCPT TO:<victim@relay-test.example.net>", done.stdout)

    def test_mistakes(self):
        self.assertEqual(conform().returncode, EX_USAGE)
        for arguments in (["nowhere"], ["127.0.0.1:1", "--timeout", "0"], ["--only", "nothing"],
                          ["--list", "--only", "smugling,data"], ["--list", "--only="],
                          ["127.0.0.1:99999"],
                          ["127.0.0.1:1", "--maildir", "/no/folder"], ["127.0.0.1:1", "--rcpt", "<a>"],
                          ["127.0.0.1:1", "--jobs", "0"],
                          ["127.0.0.1:1", "--tls", "--starttls"], ["127.0.0.1:1", "--submission"],
                          ["127.0.0.1:1", "--password-file", "/dev/null"], ["127.0.0.1:1", "--jobs", "many"]):
            done = conform(*arguments)
            self.assertEqual(done.returncode, EX_USAGE, done.stderr)
            self.assertTrue(done.stderr.startswith("error: "), done.stderr)

    def test_no_server(self):
        with tempfile.TemporaryDirectory() as folder:
            done = conform(f"unix:{folder}/no.sock")
        self.assertEqual(done.returncode, EX_UNAVAILABLE)
        self.assertIn("error: cannot connect to unix:", done.stderr)
        self.assertIn("(exit 69)", done.stderr)

    def test_cut_off(self):
        with Unwilling() as port:
            done = conform(f"127.0.0.1:{port}", "--only", "order,verbs", "--json")
            report = json.loads(done.stdout)
            text = conform(f"127.0.0.1:{port}", "--only", "order,verbs")
        self.assertEqual(done.returncode, EX_TEMPFAIL)
        self.assertFalse(report["ok"])
        self.assertGreater(report["counts"]["cut_off"], 10)
        self.assertEqual(text.returncode, EX_TEMPFAIL)
        self.assertRegex(text.stdout, r"too little was judged; [0-9]+ MUST or SECURITY cases were")

    def test_list(self):
        done = conform("--list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("smuggling.lf-dot-crlf", done.stdout)
        done = conform("--list", "--json", "--only", "verbs,data.dot-*")
        self.assertEqual(done.returncode, 0)
        cases = json.loads(done.stdout)["cases"]
        self.assertEqual({case["group"] for case in cases}, {"verbs", "data"})
        done = conform("--list", "--only", "smugling")
        self.assertIn("did you mean `smuggling`?", done.stderr)


if __name__ == "__main__":
    unittest.main()
