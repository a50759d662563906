"""Messages that prove themselves, and the clients' ledger of those that were answered with 250."""

import hashlib
import re
import threading
from collections import Counter
from dataclasses import dataclass

import mail_files

END = b"-- end of message --\r\n"
HEAD = re.compile(
    rb"\AX-Test-Id: (\S+)\r\nX-Test-Recipients: (\S+)\r\nX-Test-Sha256: ([0-9a-f]{64})\r\n\r\n"
)


@dataclass(frozen=True)
class TestMessage:
    """Its header names it, its recipients, and the digest of all that follows."""

    __test__ = False
    identity: str
    recipients: tuple
    octets: bytes


def make_message(identity, recipients, size, source):
    """A message with about `size` octets of body, in random lines; some begin with a dot."""
    lines, left = [], size
    while left > 0:
        text = source.randbytes(min(left, source.randrange(1, 490))).hex().encode()
        lines.append((b"." if source.random() < 0.1 else b"") + text + b"\r\n")
        left -= len(lines[-1])
    body = b"".join(lines) + END
    head = (f"X-Test-Id: {identity}\r\nX-Test-Recipients: {','.join(recipients)}\r\n"
            f"X-Test-Sha256: {hashlib.sha256(body).hexdigest()}\r\n\r\n")
    return TestMessage(identity, tuple(recipients), head.encode() + body)


def identify(octets):
    """(identity, recipients, digest of it all) of a message; raises unless whole and unaltered."""
    head = HEAD.match(octets)
    if not head:
        raise AssertionError(f"the header is damaged: {octets[:200]!r}")
    body = octets[head.end():]
    if not body.endswith(END):
        raise AssertionError(f"partial: {len(octets)} octets, ending in {octets[-60:]!r}")
    if hashlib.sha256(body).hexdigest().encode() != head[3]:
        raise AssertionError("altered: the digest differs")
    return head[1].decode(), head[2].decode().split(","), digest(octets)


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


class Ledger:
    """What the server took responsibility for; also in a file, to be read after a failure."""

    def __init__(self, path):
        self._lock = threading.Lock()
        self._file = open(path, "a", encoding="ascii")
        self.promised = {}

    def close(self):
        self._file.close()

    def add(self, message, reply):
        """Called by a client once it has read the 250."""
        with self._lock:
            self.promised[message.identity] = (message.recipients, digest(message.octets))
            self._file.write(f"{message.identity} {','.join(message.recipients)} {reply}\n")
            self._file.flush()


def read_maildirs(root):
    """Every delivered file, checked: {(identity, recipient): digest}. None may be there twice."""
    found, copies = {}, Counter()
    for path in mail_files.delivered(root):
        try:
            identity, recipients, whole = identify(mail_files.restored(path))
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from None
        recipient = f"{path.parts[-3]}@{path.parts[-4]}"
        if recipient not in recipients:
            raise AssertionError(f"{path}: is for {recipients}")
        found[identity, recipient] = whole
        copies[identity, recipient] += 1
    doubled = [key for key, count in copies.items() if count > 1]
    if doubled:
        raise AssertionError(f"delivered more than once: {doubled}")
    return found


def check(promised, found):
    """Every promise is kept for every recipient, with the exact octets."""
    for identity, (recipients, whole) in promised.items():
        for recipient in recipients:
            stored = found.get((identity, recipient))
            if stored is None:
                raise AssertionError(f"LOST: {identity} for {recipient}, which had its 250")
            if stored != whole:
                raise AssertionError(f"ALTERED: {identity} for {recipient}")
