"""LMTP: a message without a Subject is refused, the others have a reply for each recipient."""

import unittest

import example


class EarlyLook(example.ExampleCase):
    def begin(self, client, recipients):
        self.assertEqual(client.code("MAIL FROM:<a@example.com>"), "250")
        for recipient in recipients:
            self.assertEqual(client.code(f"RCPT TO:<{recipient}@example.org>"), "250")
        self.assertEqual(client.code("DATA"), "354")

    def test_looks_at_the_header_and_counts_lines(self):
        client = self.connect()
        self.assertEqual(client.code("LHLO client.test"), "250")
        self.begin(client, ["ann", "bob"])
        refusal = ["550 5.6.0 a message needs a Subject"]
        self.assertEqual(client.say("From: a\r\n\r\ntext\r\n."), refusal)
        self.assertEqual(client.reply(), refusal)
        self.begin(client, ["ann", "away"])
        accepted = client.say("Subject: hi\r\n\r\ntext\r\n.")
        self.assertTrue(accepted[0].startswith("250 2.0.0 OK"), accepted)
        self.assertEqual(client.reply(), ["450 4.2.1 on holiday, try again later"])
        self.assertEqual(client.code("QUIT"), "221")
        self.assertEqual(self.stop(), "3 lines\n")


if __name__ == "__main__":
    example.main()
