"""Too many connections: refused before the banner, with a line in the log and a counter."""

import socket
import unittest

from quoth_case import MESSAGE, USER
from security_case import SecurityCase, events
from smtp_wire import SmtpWire
from waiting import wait_until


class ConnectionCase(SecurityCase):
    def serve_limited(self, listener=None, **connections):
        """On one event loop, since each counts the complaints that it logs."""
        limits = {"connections": {"total": 100, "per_ip": 100, **connections}}
        return self.serve_with(limits=limits, listener=listener, threads=1)

    def from_address(self, server, source, **options):
        """A connection from another loopback address, such as 127.0.1.2."""
        wire = SmtpWire(server.address, source=(source, 0), **options)
        return self.enterContext(wire)

    def refused(self, wire, enhanced):
        """421 in the banner's place, then the end."""
        reply = wire.reply()
        self.assert_code(reply, 421)
        self.assertTrue(reply.text.startswith(enhanced), str(reply))
        wire.expect_closed()

    def assert_refusals(self, server, defence, count):
        """By the counter, and by the log, which tells the 1st, 2nd, 4th, 8th … time."""
        told = [2 ** n for n in range(count.bit_length())]
        wait_until(lambda: len(self.times(server, defence)) >= len(told), 10,
                   f"{defence} in the log")
        self.assertEqual(self.times(server, defence), told)
        self.assert_counted(server, defence, count)

    def times(self, server, defence):
        return [line["times"] for line in events(server, "connection.refused")
                if line["defence"] == defence]

    def is_greeted(self, wire):
        with wire:
            return wire.reply().code == 220


class Total(ConnectionCase):
    """`connections.total`: 421 4.3.2."""

    def test_at_the_limit_and_past_it(self):
        server = self.serve_limited(total=3)
        wires = [self.session(server) for _ in range(3)]
        for _ in range(4):
            self.refused(self.connect(server), "4.3.2")
        for wire in wires:
            wire.still_usable()
        self.assert_refusals(server, "total_connections", 4)
        wires.pop().close()
        wait_until(lambda: self.is_greeted(server.connect()), 10, "room for another client")


class PerAddress(ConnectionCase):
    """`connections.per_ip`: 421 4.7.0 for one address, nothing for its neighbour."""

    def test_at_the_limit_and_past_it(self):
        server = self.serve_limited(per_ip=2)
        wires = [self.session(server) for _ in range(2)]
        self.refused(self.connect(server), "4.7.0")
        self.from_address(server, "127.0.0.2").greet()
        for wire in wires:
            wire.still_usable()
        self.assert_refusals(server, "ip_connections", 1)

    def test_ipv4_mapped_is_ipv4(self):
        """On `[::]` an IPv4 client comes as ::ffff:127.0.0.1, and is no other client for it."""
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        server = self.serve_limited({"listen": ["[::]:0"]}, per_ip=1)
        with SmtpWire(("127.0.0.1", server.port)) as wire:
            wire.greet()
            self.assert_code(wire.deliver(MESSAGE, [USER]), 250)
            with SmtpWire(("127.0.0.1", server.port)) as second:
                self.refused(second, "4.7.0")
        self.assertEqual(events(server, "connection.refused")[0]["ip"], "127.0.0.1")


class PerNetwork(ConnectionCase):
    """`connections.per_network`: the /24."""

    def test_at_the_limit_and_past_it(self):
        server = self.serve_limited(per_network=2)
        wires = [self.from_address(server, f"127.0.1.{n}") for n in (1, 254)]
        for wire in wires:
            wire.greet()
        self.refused(self.from_address(server, "127.0.1.77"), "4.7.0")
        self.from_address(server, "127.0.2.1").greet()
        self.assert_refusals(server, "network_connections", 1)
        wires.pop().close()
        wait_until(lambda: self.is_greeted(self.neighbour(server)), 10, "room for another client")

    def neighbour(self, server):
        return SmtpWire(server.address, source=("127.0.1.9", 0))


class Rates(ConnectionCase):
    """`connections.ip_rate` and `network_rate`: so many at once, then one each time its part of a
    minute is over."""

    def burst(self, server, source, count):
        """So many short connections, of which all are greeted."""
        for _ in range(count):
            with self.from_address(server, source) as wire:
                wire.expect(220)

    def test_of_an_address(self):
        server = self.serve_limited(ip_rate="3/min")
        self.burst(server, "127.0.0.1", 3)
        for _ in range(2):
            self.refused(self.from_address(server, "127.0.0.1"), "4.7.0")
        self.burst(server, "127.0.0.2", 1)
        self.assert_refusals(server, "ip_rate", 2)

    def test_of_a_network(self):
        server = self.serve_limited(network_rate="3/min")
        for host in (1, 2, 3):
            self.burst(server, f"127.0.1.{host}", 1)
        self.refused(self.from_address(server, "127.0.1.4"), "4.7.0")
        self.burst(server, "127.0.2.1", 1)
        self.assert_refusals(server, "network_rate", 1)

    def test_time_gives_them_back(self):
        server = self.serve_limited(ip_rate="60/min")
        self.burst(server, "127.0.0.1", 60)
        wait_until(lambda: self.is_greeted(server.connect()), 10, "a connection of the next second")

    def test_no_rate(self):
        """The control."""
        server = self.serve_limited()
        self.burst(server, "127.0.0.1", 200)
        self.assert_no_defence(server)


class ManyRefusals(ConnectionCase):
    """A flood has few lines in the log, and the counter has them all."""

    def test_flood(self):
        server = self.serve_limited(per_ip=1)
        first = self.session(server)
        for _ in range(300):
            self.refused(self.connect(server), "4.7.0")
        first.still_usable()
        self.assert_refusals(server, "ip_connections", 300)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(events(server, "server.stopped")[0]["ip_connections"], 300)


if __name__ == "__main__":
    unittest.main()
