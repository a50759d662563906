"""Postfix's smtp-source delivers through `quoth serve`."""

import hashlib
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import mail_files
from peer_case import PeerTests, StoredMail, run_peer
from postfix_tools import smtp_source


ENVELOPE = ("-f", "sender@client.test", "-t", "user@local.test")


class SmtpSource(PeerTests, StoredMail):
    def run_source(self, *options):
        program, environment = smtp_source()
        target = f"inet:{self.proxy.host}:{self.proxy.port}"
        run_peer([str(program), "-M", "source.client.test", *options, target], env=environment)

    def send(self, sender, recipients, content):
        """-F takes a file with LF line ends."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "message"
            file.write_bytes(content.replace(b"\r\n", b"\n"))
            self.run_source("-f", sender, "-t", recipients[0], "-F", str(file))

    def on_the_wire(self, content):
        """After a file smtp-source sends one more line end."""
        return content + b"\r\n"

    def test_several_recipients(self):
        self.run_source("-r", "5", *ENVELOPE)
        # All but the last get a number in front.
        recipients = ["user@local.test", *(f"{n}user@local.test" for n in range(2, 6))]
        self.check_stored("sender@client.test", recipients, self.proxy.contents()[0])

    def check_all_stored(self, count):
        """Every message on the wire stands in the Maildir, each as often as it was sent."""
        sent = Counter(digest(content) for content in self.proxy.contents())
        files = mail_files.delivered(self.server.mail)
        stored = Counter(digest(mail_files.restored(file)) for file in files)
        self.assertEqual(sum(sent.values()), count)
        self.assertEqual(stored, sent)

    def test_many_messages_in_one_session(self):
        self.run_source("-d", "-m", "100", "-l", "4000", *ENVELOPE)
        self.check_all_stored(100)

    def test_parallel_sessions(self):
        self.run_source("-s", "10", "-m", "100", "-l", "20000", "-S", "load", *ENVELOPE)
        self.check_all_stored(100)

    def test_numbered_recipients(self):
        self.run_source("-N", "-s", "4", "-m", "40", *ENVELOPE)
        self.check_all_stored(40)

    def test_its_own_short_message(self):
        self.run_source("-f", "", "-t", "user@local.test")
        self.check_stored("", ["user@local.test"], self.proxy.contents()[0])


def digest(content):
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    unittest.main()
