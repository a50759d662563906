"""A raw SMTP client: sends octets as given, reads replies strictly, never waits for ever."""

import re
import select
import socket
import struct
import time
from dataclasses import dataclass

REPLY_LINE = re.compile(rb"^([2-5][0-9][0-9])(?:([ -])([^\r\n\0]*))?\r\n$")


class Closed(AssertionError):
    """The server ended the connection where a reply was due."""


class BadReply(AssertionError):
    """The server sent something that is no reply (RFC 5321 §4.2)."""


@dataclass(frozen=True)
class Reply:
    code: int
    lines: tuple

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def enhanced(self):
        """The enhanced status code (RFC 2034), or an empty string."""
        found = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)", self.lines[0])
        return found.group() if found else ""

    def __str__(self):
        return f"{self.code} {self.text}"


def stuffed(message):
    """The message as DATA carries it: with doubled dots and the end of data (RFC 5321 §4.5.2)."""
    if message and not message.endswith(b"\r\n"):
        raise ValueError("a message ends with CRLF")
    doubled = message.replace(b"\r\n.", b"\r\n..")
    if doubled.startswith(b"."):
        doubled = b"." + doubled
    return doubled + b".\r\n"


class SmtpWire:
    """One connection. Every read and write fails with an AssertionError after `timeout` seconds.

    source: the (host, port) that the connection comes from.
    """

    def __init__(self, address, timeout=20.0, receive_buffer=None, source=None):
        self.timeout = timeout
        self._pending = b""
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if family == socket.AF_INET:  # each write is a packet: no waiting for the other side's ACK
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        try:
            if source is not None:
                self.socket.bind(source)
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # Octets

    def send(self, octets):
        self.socket.sendall(octets)

    def try_send(self, octets):
        """Sends; False when the server has closed the connection meanwhile."""
        try:
            self.socket.sendall(octets)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def has_octets(self):
        """Whether the server has sent something that was not read yet, or has closed."""
        return bool(self._pending or select.select([self.socket], [], [], 0)[0])

    def _fill(self, deadline, wanted):
        """Reads some octets; False at the end of the connection."""
        left = deadline - time.monotonic()
        late = AssertionError(f"no {wanted} after {self.timeout} s; so far: {self._pending!r}")
        if left <= 0:
            raise late
        self.socket.settimeout(left)
        try:
            octets = self.socket.recv(65536)
        except TimeoutError:
            raise late from None
        except ConnectionResetError:
            octets = b""
        finally:
            self.socket.settimeout(self.timeout)
        self._pending += octets
        return bool(octets)

    def _line(self, deadline):
        while b"\n" not in self._pending:
            if not self._fill(deadline, "reply"):
                raise Closed(f"connection closed; so far: {self._pending!r}")
        line, newline, self._pending = self._pending.partition(b"\n")
        return line + newline

    # Replies

    def reply(self):
        """One whole reply, its form checked: CRLF, one code for all lines, 512 octets each."""
        deadline = time.monotonic() + self.timeout
        code, lines = None, []
        while True:
            raw = self._line(deadline)
            match = REPLY_LINE.match(raw)
            if not match or len(raw) > 512 or code not in (None, match[1]):
                raise BadReply(f"not a reply: {raw!r}")
            code = match[1]
            lines.append((match[3] or b"").decode("utf-8", "backslashreplace"))
            if match[2] != b"-":
                return Reply(int(code), tuple(lines))

    def replies_until_closed(self):
        """All replies up to the end of the connection."""
        replies = []
        while True:
            try:
                replies.append(self.reply())
            except Closed:
                return replies

    def expect_closed(self):
        """Fails unless the server closes without another octet."""
        deadline = time.monotonic() + self.timeout
        while self._fill(deadline, "end of the connection"):
            pass
        if self._pending:
            raise AssertionError(f"unexpected octets before the end: {self._pending!r}")

    # Dialogue

    def command(self, line):
        """Sends one command line (without its CRLF) and returns the reply."""
        self.send(line + b"\r\n")
        return self.reply()

    def expect(self, code, line=None):
        """Sends `line`, if given, and fails unless the reply has this code."""
        reply = self.reply() if line is None else self.command(line)
        if reply.code != code:
            raise AssertionError(f"expected {code}, got {reply} after {line!r}")
        return reply

    def greet(self, name=b"client.test"):
        """Reads the banner and says EHLO; returns the reply with the extensions."""
        self.expect(220)
        return self.expect(250, b"EHLO " + name)

    def begin(self, recipients, sender=b"sender@client.test"):
        """MAIL and RCPT for all recipients, each answered with 250."""
        self.expect(250, b"MAIL FROM:<" + sender + b">")
        for recipient in recipients:
            self.expect(250, b"RCPT TO:<" + recipient + b">")

    def begin_data(self, recipients, sender=b"sender@client.test"):
        """A transaction up to the 354."""
        self.begin(recipients, sender)
        return self.expect(354, b"DATA")

    def deliver(self, message, recipients, sender=b"sender@client.test"):
        """A whole transaction; returns the reply to the final dot."""
        self.begin_data(recipients, sender)
        self.send(stuffed(message))
        return self.reply()

    def still_usable(self):
        """Fails unless the session still answers NOOP with 250."""
        return self.expect(250, b"NOOP")
