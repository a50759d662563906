"""Edits from another thread reach sessions that are open; an edit of one session reaches no other."""

import unittest

import example


class ChainEdit(example.ExampleCase):
    def edit(self, line):
        """Types a line; returns what the example lists, without the counts."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        listed = []
        while True:
            got = self.process.stdout.readline().rstrip("\n")
            if got in (".", ""):
                return listed
            listed.append(got.split(",")[0])

    def test_edits_while_it_runs(self):
        client = self.connect()
        operator = self.connect()
        for one, name in ((client, "client"), (operator, "operator")):
            self.assertEqual(one.code(f"EHLO {name}.example.org"), "250")
            self.assertEqual(one.code("MAIL FROM:<a@example.com>"), "250")
            self.assertEqual(one.code("RCPT TO:<b@example.org>"), "250")

        self.assertEqual(self.edit("on"), ["maintenance", "accept"])
        self.assertEqual(client.say("RCPT TO:<c@example.org>"), ["451 4.3.2 back in an hour"])
        self.assertEqual(operator.code("RCPT TO:<c@example.org>"), "250")

        self.assertEqual(self.edit("off"), ["maintenance (off)", "accept"])
        self.assertEqual(client.code("RCPT TO:<c@example.org>"), "250")

        client.say("QUIT")
        operator.say("QUIT")
        self.assertEqual(self.ended(), "")  # which closes its input


if __name__ == "__main__":
    example.main()
