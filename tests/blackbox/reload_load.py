"""Many clients of a server whose certificates are replaced meanwhile. No test by itself.

A third of them idle under TLS from before the first replacement to after the last one, and then
deliver a message; a third deliver message upon message over one connection; a third begin a new
connection, STARTTLS and all, for each message. Whatever fails is noted, and who saw which
certificate when.
"""

import asyncio
import json
import ssl
import time

from smtp_wire import stuffed

MESSAGE = b"Subject: under load\r\n\r\nhello\r\n"
TEXT = stuffed(MESSAGE)
ENVELOPE = ((b"MAIL FROM:<a@client.test>", 250), (b"RCPT TO:<user1@local.test>", 250),
            (b"DATA", 354))
REPLY_SECONDS = 60


class Seen:
    """What the clients have seen, so far."""

    def __init__(self):
        self.failures, self.handshakes, self.messages, self.ready = [], [], 0, 0

    def handshakes_since(self, moment):
        """The certificates of handshakes that began after this moment (time.monotonic())."""
        return [certificate for began, certificate in self.handshakes if began > moment]


class Client:
    """One connection."""

    def __init__(self, address, context, seen):
        self.address, self.context, self.seen = address, context, seen

    async def open(self):
        """To the reply to EHLO under TLS."""
        self.reader, self.writer = await asyncio.open_connection(*self.address)
        await self.expect(220)
        await self.command(b"EHLO client.test", 250)
        await self.command(b"STARTTLS", 220)
        began = time.monotonic()
        await self.writer.start_tls(self.context, server_hostname="mx.local.test",
                                    ssl_handshake_timeout=REPLY_SECONDS)
        certificate = self.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        self.seen.handshakes.append((began, certificate))
        await self.command(b"EHLO client.test", 250)

    async def expect(self, code):
        async with asyncio.timeout(REPLY_SECONDS):
            line = await self.reader.readline()
            while line[3:4] == b"-":
                line = await self.reader.readline()
        if line[:3] != b"%d" % code:
            raise ConnectionError(f"expected {code}, got {line!r}")

    async def command(self, line, code):
        self.writer.write(line + b"\r\n")
        await self.expect(code)

    async def deliver(self):
        for line, code in ENVELOPE:
            await self.command(line, code)
        self.writer.write(TEXT)
        await self.expect(250)
        self.seen.messages += 1

    async def quit(self):
        await self.command(b"QUIT", 221)
        self.writer.close()


class Crowd:
    """So many clients at once, until `over` is set."""

    def __init__(self, address, authority_file, size):
        self.context = ssl.create_default_context(cafile=str(authority_file))
        self.address, self.size = address, size
        self.seen, self.over = Seen(), asyncio.Event()

    def client(self):
        return Client(self.address, self.context, self.seen)

    async def idle(self):
        client = self.client()
        await client.open()
        self.seen.ready += 1
        await self.over.wait()
        await client.deliver()
        await client.quit()

    async def keep_sending(self):
        client = self.client()
        await client.open()
        self.seen.ready += 1
        while not self.over.is_set():
            await client.deliver()
        await client.quit()

    async def come_and_go(self):
        is_first = True
        while not self.over.is_set():
            client = self.client()
            await client.open()
            self.seen.ready += is_first
            is_first = False
            await client.deliver()
            await client.quit()

    async def noted(self, life):
        try:
            await life
        except Exception as error:  # whatever it is, it is what is looked for
            self.seen.failures.append(f"{type(error).__name__}: {error}")
            self.seen.ready += 1

    async def run(self):
        lives = [(self.idle, self.keep_sending, self.come_and_go)[number % 3]()
                 for number in range(self.size)]
        await asyncio.gather(*map(self.noted, lives))


class Reloads:
    """The lines `tls.reloaded` of a server's log; each call reads what is new in it."""

    def __init__(self, server):
        self.log = open(server.folder / "log", encoding="utf-8", errors="backslashreplace")
        self.part, self.lines = "", []

    def __call__(self):
        whole, newline, self.part = (self.part + self.log.read()).rpartition("\n")
        self.lines += [json.loads(line) for line in (whole + newline).splitlines()
                       if '"ev":"tls.reloaded"' in line]
        return self.lines

    def close(self):
        self.log.close()


async def until(condition, seconds, what):
    """Waits for something that the server or the crowd does."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain for {what}") from None


class Replacement:
    """One replacement of the files: from when on it is known, and what handshakes showed then."""

    def __init__(self, crowd, files, certificate, key):
        self.crowd, self.files, self.new = crowd, files, (certificate, key)

    async def run(self, reloads, handshakes, seconds):
        """Replaces the files, waits for the line in the log and for so many handshakes behind it.

        reloads: of the server.
        """
        before = len(reloads())
        self.files.replace_by(*self.new)
        await until(lambda: len(reloads()) > before, seconds, "tls.reloaded in the log")
        self.line, known = reloads()[-1], time.monotonic()
        await until(lambda: len(self.crowd.seen.handshakes_since(known)) >= handshakes, seconds,
                    "handshakes")
        self.certificates = set(self.crowd.seen.handshakes_since(known))


async def replace_thrice(server, crowd, authority, files, reloads, *, handshakes, seconds):
    """A crowd, and three replacements: a good pair, one whose key is another's, a good pair.

    @returns the replacements, and the pairs whose certificates should have been shown after each.
    """
    second, third = (authority.issue(label, name="mx.local.test") for label in ("second", "third"))
    running = asyncio.create_task(crowd.run())
    await until(lambda: crowd.seen.ready >= crowd.size, seconds, "all clients")
    replacements = []
    for certificate, key in ((second.certificate, second.key), (third.certificate, second.key),
                             (third.certificate, third.key)):
        replacement = Replacement(crowd, files, certificate, key)
        await replacement.run(reloads, handshakes, seconds)
        replacements.append(replacement)
    crowd.over.set()
    await running
    return replacements, (second, second, third)
