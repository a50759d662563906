"""The plugin refuses unknown hosts with 501, stops the chain, and counts."""

import unittest

import example


class HeloCheck(example.ExampleCase):
    def test_refuses_unknown_hosts_and_stops_the_chain(self):
        client = self.connect()
        self.assertEqual(client.say("HELO spam.example.com"), ["501 I do not know you"])
        self.assertEqual(client.code("EHLO spam.example.com"), "501")
        self.assertEqual(client.code("MAIL FROM:<a@example.com>"), "503")
        self.assertTrue(client.say("HELO mail.example.org")[0].endswith("nice to see you"))
        self.assertEqual(client.code("MAIL FROM:<a@example.com>"), "250")
        self.assertEqual(client.code("QUIT"), "221")
        self.assertEqual(self.stop(), "welcome mail.example.org\nrefused 2\n")


if __name__ == "__main__":
    example.main()
