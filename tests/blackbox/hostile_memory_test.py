"""Memory that clients can cause is bounded, whatever they send or do not read."""

import threading
import unittest

import mail_files
from quoth_case import MEBIBYTE, MESSAGE, USER, QuothCase, subject
from waiting import wait_until

LINE = b"0123456789abcdef" * 61 + b"\r\n"
SESSIONS = 20
CUT_SECONDS = 20
BIG = subject(b"big") + LINE * (8 * MEBIBYTE // len(LINE))
# 100 messages of 50 MiB must stay under 256 MiB, which is 2.56 MiB a session whatever its message's
# size; a fifth of the sessions gets a fifth of that: 51 MiB. Kept in memory they would be 160 MiB.
ALLOWED = 51 * MEBIBYTE


def together(count, work):
    """Runs work(n) in `count` threads; raises the first error."""
    errors = []

    def guarded(number):
        try:
            work(number)
        except Exception as error:  # handed to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def replies_until_refused(wire, count):
    """The codes of the next `count` replies, or of all up to a 421."""
    codes = set()
    while count > 0 and 421 not in codes:
        codes.add(wire.reply().code)
        count -= 1
    return codes


class LargeMessages(QuothCase):
    def deliver_all(self, server):
        with_data = threading.Barrier(SESSIONS, timeout=60)

        def deliver(number):
            with server.session(timeout=120) as wire:
                wire.begin_data([b"user%d@local.test" % number])
                with_data.wait()  # all messages are under way at the same time
                wire.send(BIG + b".\r\n")
                wire.expect(250)

        before = server.rss_bytes()
        together(SESSIONS, deliver)
        self.assert_memory_flat(server, before, ALLOWED)

    def test_20_at_a_time_to_maildirs(self):
        server = self.serve()
        self.deliver_all(server)
        files = mail_files.delivered(server.mail)
        self.assertEqual(len(files), SESSIONS)
        for file in files:
            self.assertTrue(mail_files.restored(file) == BIG, f"{file} is altered")

    def test_20_at_a_time_to_discard(self):
        server = self.serve(via="discard")
        self.deliver_all(server)
        self.assertEqual(mail_files.delivered(server.mail), [])

    def test_stopped_in_the_middle(self):
        """20 clients that stop half-way hold no more than those that go on."""
        server = self.serve()
        before = server.rss_bytes()
        wires = [self.session(server) for _ in range(SESSIONS)]
        for number, wire in enumerate(wires):
            wire.begin_data([b"user%d@local.test" % number])
            wire.send(BIG[:4 * MEBIBYTE])
        self.assert_memory_flat(server, before, ALLOWED)
        for wire in wires:
            wire.reset()
        self.assert_nothing_stored(server)


class ManyRecipients(QuothCase):
    BUDGET = 8 * MEBIBYTE
    SENDER = b"s" * 60 + b"@" + b".".join([b"d" * 60] * 3) + b".test"

    def fill(self, server):
        """300 clients with up to 1000 long recipients each; returns the codes that they saw."""
        recipients = [b"user%04d%s@local.test" % (n, b"x" * 50) for n in range(1000)]
        commands = b"".join(b"RCPT TO:<" + recipient + b">\r\n" for recipient in recipients)
        codes = set()
        for _ in range(300):
            wire = self.connect(server)
            codes |= replies_until_refused(wire, 1)
            wire.try_send(b"EHLO a\r\n")
            hello = replies_until_refused(wire, 1)
            codes |= hello
            if 421 in hello:
                continue
            wire.try_send(b"MAIL FROM:<" + self.SENDER + b">\r\n" + commands)
            codes |= replies_until_refused(wire, len(recipients) + 1)
        return codes

    def test_envelopes_are_bounded_for_the_whole_server(self):
        """Over budget: 452 to a recipient, 421 to a new client. The rest is what malloc adds."""
        server = self.serve(limits={"memory": "8 MiB"})
        before = server.rss_bytes()
        codes = self.fill(server)
        self.assertLessEqual(codes, {220, 250, 421, 452})
        self.assertTrue(codes & {421, 452}, "the budget was never reached")
        self.assert_memory_flat(server, before, 3 * self.BUDGET)


class UnreadReplies(QuothCase):
    """A client that sends and never reads: output is bounded, and a deadline ends the session."""

    def flood(self, server, octets):
        """Sends until the server takes no more; the receive window is as small as it can be."""
        wire = self.connect(server, receive_buffer=1024, timeout=0.5)
        try:
            for _ in range(64):
                wire.send(octets)
        except OSError:  # blocked, or already cut off
            pass
        return wire

    def check(self, octets):
        timeouts = {"command": "5m", "data": "5m", "write": "1s"}
        server = self.serve(limits={"errors": 1000000, "timeouts": timeouts})
        idle = server.open_sockets()
        before = server.rss_bytes()
        self.flood(server, octets)
        wait_until(lambda: server.open_sockets() == idle, CUT_SECONDS, "the end of the session")
        self.assert_memory_flat(server, before, 16 * MEBIBYTE)
        self.assert_serves(server)

    def test_noop(self):
        self.check(b"NOOP\r\n" * 100000)

    def test_help_and_ehlo(self):
        self.check(b"EHLO a\r\nHELP\r\n" * 50000)

    def test_transactions(self):
        one = b"MAIL FROM:<>\r\nRCPT TO:<user@local.test>\r\nRSET\r\n"
        self.check(b"EHLO a\r\n" + one * 20000)


class ManySessions(QuothCase):
    def test_400_idle_sessions(self):
        """At most 64 KiB each: an idle session holds no large buffers."""
        server = self.serve()
        before = server.rss_bytes()
        wires = [self.session(server) for _ in range(400)]
        self.assert_memory_flat(server, before, 400 * 64 * 1024)
        for wire in wires:
            wire.still_usable()

    def test_memory_does_not_grow_from_message_to_message(self):
        server = self.serve()
        wire = self.session(server)
        for _ in range(200):
            wire.expect(250, b"NOOP")
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        before = server.rss_bytes()
        for _ in range(1000):
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assert_memory_flat(server, before, 4 * MEBIBYTE)


if __name__ == "__main__":
    unittest.main()
