"""A graceful stop under load: clients finish or get 421, and nothing that had its 250 is lost."""

import os
import random
import sys
import unittest

import ledger
import mail_files
from load import Client
from quoth_process import QuothServer
from waiting import let_pass

CYCLES = int(os.environ.get("QUOTH_STOP_CYCLES", "20"))
SEED = int(os.environ.get("QUOTH_KILL_SEED", random.SystemRandom().randrange(1 << 32)))
CLIENTS = 4


class Stop(unittest.TestCase):
    def setUp(self):
        print(f"QUOTH_KILL_SEED={SEED} QUOTH_STOP_CYCLES={CYCLES}", file=sys.stderr)
        self.source = random.Random(SEED)

    def test_one_thread(self):
        self.run_cycles(1)

    def test_two_threads(self):
        self.run_cycles(2)

    def run_cycles(self, threads):
        for cycle in range(CYCLES):
            with self.subTest(cycle=cycle), QuothServer(threads=threads) as server:
                self.cycle(server, cycle)

    def cycle(self, server, number):
        book = ledger.Ledger(server.folder / "ledger")
        self.addCleanup(book.close)
        clients = [Client(f"{number}-{n}", server.address, book, self.source.random()).started()
                   for n in range(CLIENTS)]
        let_pass(self.source.uniform(0.05, 0.3))
        self.assertEqual(server.stop(), 0, server.log()[-4000:])
        for client in clients:
            client.join(60)
            is_well = client.was_told(421) or client.was_cut_off()
            self.assertTrue(is_well, f"{client.error}\n{server.log()[-2000:]}")
        ledger.check(book.promised, ledger.read_maildirs(server.mail))
        self.assertEqual(mail_files.unfinished(server.mail), [])


if __name__ == "__main__":
    unittest.main()
