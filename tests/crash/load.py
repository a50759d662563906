"""Clients that send messages of all sizes without a pause."""

import random
import threading

import ledger
from smtp_wire import Closed, SmtpWire

LARGEST = 300 * 1024
RECIPIENTS = [f"user{n}@local.test" for n in range(8)]


class Client(threading.Thread):
    """Sends messages, one session after the other, until the server is gone.

    `error` then says how that showed. Each message that was answered with 250 stands in `book`.
    """

    def __init__(self, name, address, book, seed):
        super().__init__(name=name, daemon=True)
        self.address, self.book = address, book
        self.source = random.Random(seed)
        self.sent, self.error = 0, None

    def started(self):
        self.start()
        return self

    def run(self):
        try:
            while True:
                self._session()
        except (OSError, AssertionError) as error:
            self.error = error

    def was_cut_off(self):
        """Whether the connection was refused, reset or closed: no refusal, no silence."""
        return isinstance(self.error, (ConnectionError, Closed))

    def was_told(self, code):
        return f"got {code} " in str(self.error)

    def _session(self):
        with SmtpWire(self.address, timeout=30) as wire:
            wire.greet()
            for _ in range(self.source.randrange(1, 5)):
                message = self._next_message()
                recipients = [address.encode() for address in message.recipients]
                reply = wire.deliver(message.octets, recipients)
                if reply.code != 250:
                    raise AssertionError(f"got {reply} after the dot")
                self.book.add(message, reply)

    def _next_message(self):
        self.sent += 1
        size = self.source.choice((0, 100, 5000, 60000, LARGEST, self.source.randrange(LARGEST)))
        recipients = self.source.sample(RECIPIENTS, self.source.randrange(1, 4))
        return ledger.make_message(f"{self.name}-{self.sent}", recipients, size, self.source)
