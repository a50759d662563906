"""Who talks too early, sends on too early, or speaks something else is gone at once."""

import signal
import unittest

from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from waiting import wait_until

BODY = b"EHLO evil.test\r\nMAIL FROM:<evil@client.test>\r\nRCPT TO:<user@local.test>\r\nDATA\r\n"


class EarlyTalkers(SecurityCase):
    """Pregreet, as postscreen has it: who talks before the banner hears none. RFC 5321 §3.1"""

    def refuse(self, wire):
        self.assertEqual([reply.code for reply in wire.replies_until_closed()], [554])

    def test_with_a_delay(self):
        server = self.serve_with(defences={"banner_delay": "3s"})
        for octets in (b"EHLO a\r\n", b"Q", b"\r\n", b"GET / HTTP/1.0\r\n\r\n", b"\0"):
            with self.subTest(octets=octets):
                wire = self.connect(server)
                wire.send(octets)
                self.refuse(wire)
        self.assert_defence(server, "early_talker", 5)

    def test_without_a_delay(self):
        """The octets lie there when the server takes the connection: it was stopped meanwhile."""
        server = self.serve_with()
        server.signal(signal.SIGSTOP)
        wait_until(lambda: set(server.thread_states()) == {"T"}, 10, "a stopped process")
        wire = self.connect(server)
        wire.send(b"EHLO a\r\nMAIL FROM:<>\r\n")
        server.signal(signal.SIGCONT)
        self.refuse(wire)
        self.assert_defence(server, "early_talker")
        self.assertEqual(events(server, "session.ended")[0]["reason"], "talked before the banner")

    def test_who_waits_is_greeted(self):
        """The control."""
        server = self.serve_with(defences={"banner_delay": "200ms"})
        self.assert_serves(server)
        self.assert_no_defence(server)

    def test_switched_off(self):
        server = self.serve_with(defences={"banner_delay": "200ms", "refuse_early_talkers": False})
        wire = self.connect(server)
        wire.send(b"EHLO a\r\n")
        wire.expect(220)
        wire.expect(250)
        self.assert_no_defence(server)


class BadPipelining(SecurityCase):
    """Commands behind EHLO, whose reply says first whether PIPELINING is there. RFC 2920 §3.1"""

    def test_behind_the_greeting_commands(self):
        server = self.serve_with()
        for octets in (b"EHLO a\r\nMAIL FROM:<>\r\n", b"HELO a\r\nMAIL FROM:<>\r\n", b"EHLO a\r\nQ",
                       b"EHLO a\r\n\r\n", b"ehlo a\r\nQUIT\r\n"):
            with self.subTest(octets=octets):
                wire = self.connect(server)
                wire.expect(220)
                wire.send(octets)
                replies = wire.replies_until_closed()
                self.assertEqual([reply.code for reply in replies], [250, 554])
                self.assert_code(replies[-1], 554, "5.5.0")
        self.assert_defence(server, "bad_pipelining", 5)

    def test_nothing_of_it_is_run(self):
        server = self.serve_with()
        wire = self.connect(server)
        wire.expect(220)
        wire.send(BODY + MESSAGE + b".\r\nQUIT\r\n")
        self.assertEqual([reply.code for reply in wire.replies_until_closed()], [250, 554])
        self.assert_nothing_stored(server)

    def test_pipelining_that_is_right(self):
        """The control: behind the reply all may come in one piece."""
        server = self.serve_with()
        wire = self.session(server)
        wire.send(b"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<" + USER + b">\r\nDATA\r\n" + MESSAGE
                  + b".\r\nQUIT\r\n")
        codes = [reply.code for reply in wire.replies_until_closed()]
        self.assertEqual(codes, [250, 250, 250, 354, 250, 221])
        self.assert_no_defence(server)

    def test_switched_off(self):
        server = self.serve_with(defences={"refuse_bad_pipelining": False})
        wire = self.connect(server)
        wire.expect(220)
        wire.send(b"EHLO a\r\nNOOP\r\n")
        wire.expect(250)
        wire.expect(250)
        self.assert_no_defence(server)


class CrossProtocol(SecurityCase):
    """A browser or a proxy is made to talk to this port (ALPACA, the HTML form protocol attack):
    421 and closed, and nothing of what it carries is run."""

    POST = b"Host: mx.local.test\r\nContent-Length: 999\r\n\r\n" + BODY + MESSAGE + b".\r\nQUIT\r\n"
    TEXTS = (
        b"GET / HTTP/1.1\r\n" + POST, b"POST / HTTP/1.1\r\n" + POST, b"HEAD / HTTP/1.0\r\n\r\n",
        b"PUT /x HTTP/1.1\r\n" + POST, b"OPTIONS * HTTP/1.1\r\n\r\n", b"DELETE / HTTP/1.1\r\n\r\n",
        b"CONNECT mx.local.test:25 HTTP/1.1\r\n\r\n" + BODY, b"PATCH / HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"get / http/1.1\r\n" + POST,
        b"SSH-2.0-OpenSSH_9.2p1\r\n", b"PROXY TCP4 203.0.113.9 203.0.113.1 1 25\r\n" + BODY,
        b"PROXY UNKNOWN\r\n",
    )
    TLS_HELLOS = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32)) * 15,
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\r\n", b"\x16",
    )

    def setUp(self):
        self.server = self.serve_with()

    def check(self, octets, wire):
        wire.try_send(octets)
        replies = wire.replies_until_closed()
        self.assertEqual([reply.code for reply in replies], [421], octets[:40])
        self.assertEqual(replies[0].enhanced, "4.7.0")

    def greeted(self):
        wire = self.connect(self.server)
        wire.expect(220)
        return wire

    def test_http_ssh_and_proxy(self):
        for text in self.TEXTS:
            with self.subTest(text=text[:20]):
                self.check(text, self.greeted())
        self.assert_defence(self.server, "other_protocol", len(self.TEXTS))
        self.assert_nothing_stored(self.server)

    def test_tls(self):
        for hello in self.TLS_HELLOS:
            with self.subTest(hello=hello[:20]):
                self.check(hello, self.greeted())
        self.assert_defence(self.server, "other_protocol", len(self.TLS_HELLOS))

    def test_in_every_state(self):
        for lines in ((), (b"EHLO a",), (b"EHLO a", b"MAIL FROM:<>"),
                      (b"EHLO a", b"MAIL FROM:<>", b"RCPT TO:<" + USER + b">")):
            with self.subTest(lines=lines):
                wire = self.greeted()
                for line in lines:
                    wire.expect(250, line)
                self.check(self.TEXTS[1], wire)
        self.assert_defence(self.server, "other_protocol", 4)
        self.assert_nothing_stored(self.server)

    def test_proxy_version_2(self):
        """Its bare LF ends the connection; the address that it gives is nobody's."""
        wire = self.greeted()
        wire.send(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c" + bytes((203, 0, 113, 9)) * 2
                  + b"\0\x01\0\x19")
        self.assertEqual({reply.code for reply in wire.replies_until_closed()}, {500})
        wait_until(lambda: events(self.server, "session.ended"), 10, "the end in the log")
        self.assertEqual(events(self.server, "session.ended")[0]["ip"], "127.0.0.1")

    def test_in_a_message(self):
        """The control: such lines are text like any other."""
        message = b"Subject: x\r\n\r\n" + self.TEXTS[0].replace(b"\r\n.\r\n", b"\r\n")
        message += b"\x16\x03\r\n"
        with self.server.session() as wire:
            wire.expect(250, b"NOOP GET / HTTP/1.1")
            self.assert_code(wire.deliver(message, [USER]), 250)
        self.assertEqual(self.stored(self.server), [message])
        self.assert_no_defence(self.server)


class NotOffered(SecurityCase):
    """CVE-2011-0411 and "NO STARTTLS" (2021): where there is no STARTTLS nothing pretends to be
    secure; AUTH is not there either, and nobody is trusted; the session is as it was."""

    def test_verbs_that_are_not_there(self):
        server = self.serve_with()
        wire = self.session(server)
        for line in (b"STARTTLS", b"AUTH PLAIN AGEAYg==", b"AUTH LOGIN",
                     b"BURL imap://x LAST", b"TURN", b"DEBUG", b"WIZ"):
            with self.subTest(line=line):
                self.assert_code(wire.command(line), 500)
        for line in (b"XCLIENT ADDR=203.0.113.9", b"XFORWARD NAME=a"):
            with self.subTest(line=line):
                self.assert_code(wire.command(line), 550, "5.7.1")
        self.assert_code(wire.command(b"MAIL FROM:<> AUTH=<>"), 555)
        self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
        self.assertIn(b"127.0.0.1", self.stored_one(server).read_bytes())


if __name__ == "__main__":
    unittest.main()
