"""SIGTERM: running transactions finish, idle sessions get 421; a second one stops at once."""

import signal
import unittest

import mail_files
from quoth_case import MESSAGE, USER, QuothCase
from waiting import wait_until


class Stop(QuothCase):
    def setUp(self):
        self.server = self.serve()

    def refuses_connections(self):
        try:
            with self.server.connect():
                return False
        except ConnectionError:
            return True

    def test_without_clients(self):
        self.assertEqual(self.server.stop(), 0)

    def test_by_interrupt(self):
        self.server.signal(signal.SIGINT)
        self.assertEqual(self.server.wait(), 0)

    def test_idle_sessions_get_421(self):
        greeted, silent = self.session(self.server), self.connect(self.server)
        silent.expect(220)
        self.server.signal()
        for wire in (greeted, silent):
            self.assert_ends_with_421(wire, "4.3.2")
        self.assertEqual(self.server.wait(), 0)

    def test_a_message_under_way_is_finished(self):
        wire, idle = self.session(self.server), self.session(self.server)
        wire.begin_data([USER])
        wire.send(MESSAGE)
        self.server.signal()
        self.assert_ends_with_421(idle)
        wait_until(self.refuses_connections, 10, "a closed listener")
        wire.send(b"more\r\n.\r\n")
        wire.expect(250)
        self.assertEqual(self.stored(self.server), [MESSAGE + b"more\r\n"])
        self.assert_ends_with_421(wire)
        self.assertEqual(self.server.wait(), 0)

    def test_a_second_signal_stops_at_once(self):
        wire = self.session(self.server)
        wire.begin_data([USER])
        wire.send(MESSAGE)
        self.server.signal()
        wait_until(self.refuses_connections, 10, "a closed listener")
        self.assertTrue(self.server.alive())
        self.server.signal()
        self.server.wait(5)
        self.assertEqual(mail_files.delivered(self.server.mail), [])

    def test_with_two_threads_and_many_sessions(self):
        server = self.serve(threads=2)
        idle = [self.session(server) for _ in range(50)]
        busy = [self.session(server) for _ in range(10)]
        for number, wire in enumerate(busy):
            wire.begin_data([b"user%d@local.test" % number])
        server.signal()
        for wire in idle:
            self.assert_ends_with_421(wire)
        for wire in busy:
            wire.send(MESSAGE + b".\r\n")
            wire.expect(250)
        self.assertEqual(server.wait(), 0)
        self.assertEqual(len(mail_files.delivered(server.mail)), len(busy))

    def test_leftovers_of_a_stop_are_gone_at_the_next_start(self):
        wire = self.session(self.server)
        wire.begin_data([USER])
        wire.send(MESSAGE)
        self.server.kill9()
        self.server.start()
        self.assert_nothing_stored(self.server)
        self.assert_serves(self.server)


if __name__ == "__main__":
    unittest.main()
