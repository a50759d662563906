"""The fifteen-line server takes mail for its own domain alone, and prints it."""

import os
import pathlib
import unittest

import example


class Hello(example.ExampleCase):
    def test_prints_mail_for_its_domain(self):
        client = self.connect()
        self.assertIn("ESMTP", client.banner[0])
        self.assertEqual(client.code("EHLO client.example.org"), "250")
        self.assertEqual(client.code("MAIL FROM:<a@example.com>"), "250")
        self.assertEqual(client.code("RCPT TO:<b@example.com>"), "550")
        self.assertEqual(client.code("RCPT TO:<b@Example.ORG>"), "250")
        self.assertEqual(client.code("DATA"), "354")
        self.assertEqual(client.code("Subject: hello\r\n\r\n..dot\r\n."), "250")
        self.assertEqual(client.code("QUIT"), "221")
        self.assertEqual(self.stop(), "Subject: hello\n\n.dot\n")

    def test_has_fifteen_lines(self):
        root = pathlib.Path(os.environ.get("QUOTH_SOURCE_DIR", "."))
        lines = (root / "examples/hello.cpp").read_text(encoding="ascii").splitlines()
        code = [line for line in lines if not line.startswith("//")]
        self.assertEqual(len(code), 15)


if __name__ == "__main__":
    example.main()
