"""Slow clients: each wait has an end, a message has a rate to make, overload makes waits short."""

import time
import unittest

from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from waiting import let_pass, wait_until

BEAT = 0.05  # seconds between two octets of a client that drips


class SlowCase(SecurityCase):
    def drip(self, wire, octets, limit):
        """Sends octet by octet until the server answers; the seconds until then."""
        begin = time.monotonic()
        for octet in octets * (1 + int(limit / BEAT)):
            if wire.has_octets():
                break
            wire.try_send(bytes([octet]))
            let_pass(BEAT)
        taken = time.monotonic() - begin
        self.assertLess(taken, limit)
        return taken


class SlowCommands(SlowCase):
    """Slowloris: one octet from time to time; the deadline is for the whole command."""

    def test_command(self):
        wire = self.session(self.serve_with(limits={"timeouts": {"command": "500ms"}}))
        self.assertGreater(self.drip(wire, b"x", 10), 0.4)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_silence(self):
        server = self.serve_with(limits={"timeouts": {"command": "500ms"}})
        silent, greeted = self.connect(server), self.session(server)
        silent.expect(220)
        for wire in (silent, greeted):
            self.assert_ends_with_421(wire, "4.4.2")

    def test_in_a_message(self):
        wire = self.session(self.serve_with(limits={"timeouts": {"data": "500ms"}}))
        wire.begin_data([USER])
        wire.send(MESSAGE)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_in_a_chunk(self):
        wire = self.session(self.serve_with(limits={"timeouts": {"data": "500ms"}}))
        wire.begin([USER])
        wire.send(b"BDAT 1000 LAST\r\n" + MESSAGE)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_many_do_not_keep_others_out(self):
        """300 clients that drip; new ones are served meanwhile."""
        server = self.serve_with()
        wires = [self.session(server) for _ in range(300)]
        for number, wire in enumerate(wires):
            if number % 2:
                wire.begin_data([USER])
            wire.send(b"x")
        for _ in range(20):
            self.assert_serves(server)
        self.assert_no_defence(server)


class SlowMessages(SlowCase):
    """A message octet by octet: `data_rate` over the whole, once its grace is over. The server is
    overloaded by the first client, which makes that grace half a second (Postfix has
    smtpd_min_data_rate)."""

    OVERLOADED = {"overload_percent": 1, "overload_timeout": "500ms"}

    def serve_hurried(self, **defences):
        return self.serve_with(limits={"connections": {"total": 100, "per_ip": 100}},
                               defences={**self.OVERLOADED, **defences})

    def check(self, wire):
        self.assertGreater(self.drip(wire, b"x", 8), 0.4)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_data(self):
        server = self.serve_hurried(data_rate="1000 B/s")
        wire = self.session(server)
        wire.begin_data([USER])
        self.check(wire)
        self.assert_defence(server, "slow_client")
        self.assert_nothing_stored(server)

    def test_chunk(self):
        server = self.serve_hurried(data_rate="1000 B/s")
        wire = self.session(server)
        wire.begin([USER])
        wire.send(b"BDAT 100000 LAST\r\n")
        self.check(wire)
        self.assert_defence(server, "slow_client")
        self.assert_nothing_stored(server)

    def test_octets_earn_time(self):
        """2000 octets at 1000 a second make two seconds more."""
        server = self.serve_hurried(data_rate="1000 B/s")
        wire = self.session(server)
        wire.begin_data([USER])
        wire.send((b"x" * 98 + b"\r\n") * 20)
        self.assertGreater(self.drip(wire, b"x", 10), 2)
        self.assert_ends_with_421(wire, "4.4.2")

    def test_fast_enough(self):
        """The control: at a rate of 10 a second the same client finishes."""
        server = self.serve_hurried(data_rate="10 B/s")
        wire = self.session(server)
        wire.begin_data([USER])
        for octet in MESSAGE + b".\r\n":
            wire.send(bytes([octet]))
            let_pass(BEAT)
        wire.expect(250)
        self.assert_counted(server, "slow_client", 0)

    def test_switched_off(self):
        server = self.serve_hurried(data_rate="off")
        wire = self.session(server)
        wire.begin_data([USER])
        for octet in (b"x" * 28 + b"\r\n.\r\n"):
            wire.send(bytes([octet]))
            let_pass(BEAT)
        wire.expect(250)
        self.assert_counted(server, "slow_client", 0)


class Overload(SlowCase):
    """Postfix's stress mode: from `overload_percent` on nobody may be silent for long."""

    def test_silent_clients_make_room(self):
        server = self.serve_with(limits={"connections": {"total": 20, "per_ip": 20}},
                                 defences={"overload_percent": 50, "overload_timeout": "500ms"})
        wires = [self.session(server) for _ in range(9)]
        let_pass(0.6)
        for wire in wires:
            wire.still_usable()
        self.assert_no_defence(server)
        late = self.session(server)  # the tenth
        for wire in [*wires, late]:
            self.assert_ends_with_421(wire, "4.4.2")
        wait_until(lambda: self.states(server) == ["begins", "ends"], 10, "the end of the overload")
        self.assert_counted(server, "overload", 1)
        self.assert_serves(server)

    def states(self, server):
        return [line.get("state") for line in events(server, "defence")]

    def test_switched_off(self):
        server = self.serve_with(limits={"connections": {"total": 3, "per_ip": 3}},
                                 defences={"overload_percent": "off", "overload_timeout": "100ms"})
        wires = [self.session(server) for _ in range(3)]
        let_pass(0.6)
        for wire in wires:
            wire.still_usable()
        self.assert_no_defence(server)


class NobodyReads(SlowCase):
    """A client that never reads its replies: `timeouts.write`."""

    def test_replies_that_nobody_takes(self):
        limits = {"junk_commands": 1000000, "timeouts": {"write": "500ms"}}
        server = self.serve_with(limits=limits)
        idle = server.open_sockets()
        wire = self.connect(server, receive_buffer=1024, timeout=0.5)
        try:
            for _ in range(64):
                wire.send(b"HELP\r\n" * 20000)
        except OSError:  # the server takes no more, or is gone
            pass
        wait_until(lambda: server.open_sockets() == idle, 15, "the end of the session")
        self.assert_serves(server)


if __name__ == "__main__":
    unittest.main()
