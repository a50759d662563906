"""The program as its user sees it: ready file, first lines, log, exit codes, no configuration."""

import json
import os
import pty
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import mail_files
from quoth_case import MESSAGE, USER, QuothCase
from quoth_process import QuothServer, binary, configuration
from smtp_wire import SmtpWire
from waiting import Timeout, wait_until

DEFAULT_ADDRESS = ("127.0.0.1", 1025)
EX_CONFIG = 78


def is_free(address):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            return True
        except OSError:
            return False


class Serve(QuothCase):
    def test_ready_file(self):
        server = self.serve()
        self.assertEqual(server.ready["pid"], server.process.pid)
        self.assertRegex(server.ready["version"], r"^\d+\.\d+\.\d+")
        listener = server.ready["listeners"][0]
        self.assertEqual(listener["address"], f"{listener['host']}:{listener['port']}")
        self.assertEqual(listener["host"], "127.0.0.1")
        self.assertGreater(listener["port"], 0)

    def test_several_listeners(self):
        config = configuration("/nowhere", via="discard")
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/smtp.sock"
            config["listener"][0]["listen"] = ["127.0.0.1:0", "127.0.0.1:0", f"unix:{path}"]
            server = self.serve(config=config)
            addresses = [listener["address"] for listener in server.ready["listeners"]]
            self.assertEqual(len(set(addresses)), 3)
            self.assertIn(f"unix:{path}", addresses)
            with SmtpWire(path) as wire:
                wire.greet()
                self.assert_code(wire.deliver(MESSAGE, [USER]), 250)

    def test_log_is_json_lines_without_content(self):
        server = self.serve()
        with server.session() as wire:
            wire.deliver(b"Subject: not-for-the-log\r\n\r\nsecret-text\r\n", [USER])
            wire.command(b"BAD \x1b[31m\"")
        self.assertEqual(server.stop(), 0)
        lines = server.log().splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertIn("ev", json.loads(line), line)
        self.assertNotIn("secret-text", server.log())
        self.assertNotIn("not-for-the-log", server.log())

    def test_queue_id_of_the_reply_stands_in_the_file_and_the_log(self):
        server = self.serve()
        with server.session() as wire:
            reply = wire.deliver(MESSAGE, [USER])
        self.assertRegex(reply.text, r"^2\.0\.0 .*queued as \S+$")
        queue_id = reply.text.rsplit(" ", 1)[1]
        own, _ = mail_files.split(mail_files.delivered(server.mail)[0].read_bytes())
        self.assertIn(queue_id, own.decode())
        self.assertEqual(server.stop(), 0)
        self.assertIn(queue_id, server.log())

    def test_received_names_a_single_recipient_alone(self):
        server = self.serve()
        with server.session() as wire:
            wire.deliver(MESSAGE, [b"user1@local.test"])
            wire.deliver(MESSAGE, [b"user2@local.test", b"user3@local.test"])
        files = mail_files.delivered(server.mail)
        own = {file.parts[-3]: mail_files.split(file.read_bytes())[0] for file in files}
        self.assertIn(b"for <user1@local.test>", own["user1"])
        for name in ("user2", "user3"):
            self.assertNotIn(b"user", own[name])
        for text in own.values():
            self.assertIn(b"ESMTP", text)
            self.assertIn(b"client.test", text)
            self.assertIn(b"mx.local.test", text)

    def test_received_of_helo_says_smtp(self):
        server = self.serve()
        with server.connect() as wire:
            wire.expect(220)
            self.assertEqual(len(wire.expect(250, b"HELO client.test").lines), 1)
            wire.deliver(MESSAGE, [USER])
        own, _ = mail_files.split(mail_files.delivered(server.mail)[0].read_bytes())
        self.assertRegex(own, rb"with SMTP[\s;]")

    def test_clients_that_are_the_first_to_the_same_mailbox(self):
        """Many make one Maildir at the same time; none of them may trip over another."""
        server = self.serve(threads=2)
        wires = [self.session(server) for _ in range(8)]
        for number in range(300):
            for wire in wires:
                wire.begin_data([b"user%d@local.test" % number])
            for wire in wires:
                wire.send(MESSAGE + b".\r\n")
            for wire in wires:
                wire.expect(250)
        self.assertEqual(len(mail_files.delivered(server.mail)), 300 * len(wires))

    def test_a_whole_transaction_in_one_write(self):
        """RFC 2920 §3.1: replies in order; DATA goes on although one recipient was refused."""
        server = self.serve()
        with server.connect() as wire:
            wire.greet(b"a")
            wire.send(b"MAIL FROM:<>\r\nRCPT TO:<user1@local.test>\r\n"
                      b"RCPT TO:<nobody@local.test>\r\nRCPT TO:<user2@local.test>\r\nDATA\r\n"
                      + MESSAGE + b".\r\nQUIT\r\n")
            codes = [reply.code for reply in wire.replies_until_closed()]
        self.assertEqual(codes, [250, 250, 550, 250, 354, 250, 221])
        self.assertEqual(self.stored(server), [MESSAGE, MESSAGE])

    def test_unknown_key_is_an_error(self):
        config = configuration("/nowhere", limits={"mesage_size": "1 MiB"})
        server = QuothServer(config=config)
        self.addCleanup(server.__exit__)
        server.launch()
        self.assertEqual(server.wait(), EX_CONFIG)
        self.assertIn("mesage_size", server.log())
        self.assertIn("message_size", server.log())


class Counters(QuothCase):
    """SIGUSR1 logs them, and so does the stop."""

    def lines(self, server, event):
        lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["ev"] == event]

    def test_of_defences(self):
        server = self.serve(limits={"connections": {"total": 100, "per_network": 1}})
        self.session(server)
        for _ in range(2):
            self.assert_code(self.connect(server).reply(), 421)
        server.signal(signal.SIGUSR1)
        wait_until(lambda: self.lines(server, "server.counters"), 10, "the counters")
        counters = self.lines(server, "server.counters")
        self.assertEqual(len(counters), 1)
        self.assertEqual(counters[0]["connections"], 1)
        self.assertEqual(counters[0]["network_connections"], 2)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.lines(server, "server.stopped")[0]["network_connections"], 2)


class WithoutConfiguration(unittest.TestCase):
    """`quoth serve` alone: mail for every address into ./mail, on a fixed port."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-test-")))
        if not is_free(DEFAULT_ADDRESS):
            self.skipTest("another program listens on port 1025")

    def start(self, **streams):
        command = [binary(), "serve", "--ready-file", "ready.json"]
        process = subprocess.Popen(command, cwd=self.folder, **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until((self.folder / "ready.json").exists, 30, "the ready file")
        return process

    def test_takes_mail_for_every_address(self):
        process = self.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with SmtpWire(DEFAULT_ADDRESS) as wire:
            wire.greet()
            reply = wire.deliver(MESSAGE, [b"ann@example.com", b"bob@example.org"])
            self.assertEqual(reply.code, 250)
        for domain, local in (("example.com", "ann"), ("example.org", "bob")):
            files = mail_files.delivered(self.folder / "mail" / domain / local)
            self.assertEqual([mail_files.restored(file) for file in files], [MESSAGE])
        process.terminate()
        self.assertEqual(process.wait(30), 0)

    def test_says_what_it_does_on_a_terminal(self):
        control, terminal = pty.openpty()
        self.start(stdin=terminal, stdout=terminal, stderr=terminal)
        os.close(terminal)
        os.set_blocking(control, False)
        text = bytearray()
        try:
            wait_until(lambda: b"Ctrl-C drains" in read_more(control, text), 10, "the last line")
        except Timeout:
            self.fail(text.decode(errors="replace"))
        for words in (b"takes mail for every address, relays nothing", b"SMTP   127.0.0.1:1025",
                      b"./mail/{domain}/{local}", b"swaks --server 127.0.0.1:1025"):
            self.assertIn(words, text)
        os.close(control)


def read_more(control, text):
    """Adds what a terminal shows meanwhile to `text`, and returns it."""
    try:
        text += os.read(control, 4096)
    except BlockingIOError:
        pass
    return text


if __name__ == "__main__":
    unittest.main()
