"""XECHO behaves as a verb of the standard does."""

import unittest

import example


class CustomVerb(example.ExampleCase):
    def test_echoes(self):
        client = self.connect()
        self.assertEqual(client.code("XECHO too early"), "503")
        self.assertIn("250-XECHO", [line.replace(" ", "-", 1) for line in client.say("EHLO c.test")])
        self.assertEqual(client.say("xecho  Hello,  world "), ["250 2.0.0  Hello,  world"])
        self.assertEqual(client.code("XECHO"), "501")

    def test_stands_in_help(self):
        client = self.connect()
        self.assertIn("XECHO", client.say("HELP")[0].split())
        self.assertEqual(client.say("HELP xecho"), ["214 2.0.0 syntax: XECHO text"])
        self.assertEqual(self.stop(), "")


if __name__ == "__main__":
    example.main()
