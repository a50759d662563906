"""No 250 without its files, whatever moment the program is killed at.

Each cycle starts the program over the same Maildirs, lets clients send, and kills the program with
SIGKILL at a random moment. Then every message that a client saw answered with 250 must stand in
`new` for each recipient, with the exact octets; no file in `new` may be partial or altered; and
after the next start nothing is left in `tmp`.

QUOTH_KILL_CYCLES: how many cycles (100). QUOTH_KILL_SEED: to repeat a run's random choices.
"""

import os
import random
import sys
import unittest

import ledger
import mail_files
from load import Client
from quoth_process import QuothServer
from waiting import let_pass, wait_until

CYCLES = int(os.environ.get("QUOTH_KILL_CYCLES", "100"))
SEED = int(os.environ.get("QUOTH_KILL_SEED", random.SystemRandom().randrange(1 << 32)))
CLIENTS = 4
LOAD_SECONDS = 0.6
START_KILL_SHARE = 0.1


class KillNine(unittest.TestCase):
    def setUp(self):
        print(f"QUOTH_KILL_SEED={SEED} QUOTH_KILL_CYCLES={CYCLES}", file=sys.stderr)
        self.source = random.Random(SEED)
        self.promised = self.stored = self.cut_at_start = self.left_in_tmp = 0
        self.server = QuothServer(threads=1)
        self.addCleanup(self.server.__exit__)

    def test_no_accepted_message_is_lost(self):
        for cycle in range(CYCLES):
            try:
                self.cycle(cycle)
            except AssertionError as error:
                self.server.keep_folder = True
                error.add_note(f"in cycle {cycle} of seed {SEED}; see {self.server.folder}")
                raise
        self.server.start()
        self.check_nothing_left_over()
        self.assertEqual(self.server.stop(), 0)
        print(f"{CYCLES} kills under load and {self.cut_at_start} at the start; "
              f"{self.promised} messages answered with 250, {self.stored} files checked, "
              f"{self.left_in_tmp} files were in tmp after a kill", file=sys.stderr)
        if CYCLES >= 10:
            self.assertGreater(self.promised, CYCLES, "too little load to prove anything")
            self.assertGreater(self.left_in_tmp, 0, "no kill came while a message was written")

    def cycle(self, number):
        self.server.config_text = self.server.config_text.replace(
            f"threads = {2 - number % 2}", f"threads = {1 + number % 2}")
        if self.source.random() < START_KILL_SHARE:
            self.kill_during_start()
        self.server.start()
        self.check_nothing_left_over()
        promised = self.load_and_kill(number)
        self.left_in_tmp += len(mail_files.unfinished(self.server.mail))
        self.check_and_empty(promised)

    def kill_during_start(self):
        self.server.launch()
        let_pass(self.source.uniform(0, 0.03))
        self.server.kill9()
        self.cut_at_start += 1

    def check_nothing_left_over(self):
        mail = self.server.mail
        wait_until(lambda: not mail_files.unfinished(mail), 5, "the removal of a kill's leftovers")

    def load_and_kill(self, number):
        """Returns what the clients were promised until the kill."""
        book = ledger.Ledger(self.server.folder / "ledger")
        self.addCleanup(book.close)
        clients = [self.client(f"{number}-{n}", book) for n in range(CLIENTS)]
        let_pass(self.source.uniform(0.02, LOAD_SECONDS))
        self.assertTrue(self.server.alive(), f"quoth ended by itself:\n{self.server.log()[-4000:]}")
        self.server.kill9()
        for client in clients:
            client.join(60)
            self.assertFalse(client.is_alive(), "a client hangs")
            self.assertTrue(client.was_cut_off(), f"{client.error}")
        book.close()
        return book.promised

    def client(self, name, book):
        return Client(name, self.server.address, book, self.source.random()).started()

    def check_and_empty(self, promised):
        """Checks all Maildirs, then takes the messages out, as a mail reader would."""
        found = ledger.read_maildirs(self.server.mail)
        ledger.check(promised, found)
        self.promised += len(promised)
        self.stored += len(found)
        for path in mail_files.delivered(self.server.mail):
            path.unlink()


if __name__ == "__main__":
    unittest.main()
