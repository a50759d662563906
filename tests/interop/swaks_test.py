"""swaks delivers through `quoth serve`."""

import tempfile
import unittest
from pathlib import Path

from peer_case import SENDER, PeerTests, StoredMail, required, run_peer
from smtp_wire import stuffed


class Swaks(PeerTests, StoredMail):
    extra = ()

    def send(self, sender, recipients, content):
        # swaks drops a final dot line and adds its own, so this is how the text ends as given.
        self.send_data(sender, recipients, content + b".\r\n")

    def send_data(self, sender, recipients, data, *options):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "data"
            file.write_bytes(data)
            run_peer([required("swaks", "swaks"), "--server", self.proxy.host,
                      "--port", str(self.proxy.port), "--ehlo", "swaks.client.test",
                      "--from", sender or "<>", "--to", ",".join(recipients),
                      "--suppress-data", "--data", f"@{file}", *self.extra, *options])

    def send_as_it_is(self, content):
        """swaks's own fix-up needs a body; without it the data go out as given, and one CRLF."""
        data = stuffed(content).removesuffix(b"\r\n")
        self.send_data(SENDER, ["user1@local.test"], data, "--no-data-fixup")
        self.check_stored(SENDER, ["user1@local.test"], content)
        self.assertEqual(self.proxy.contents(), [content])

    def test_empty_body(self):
        self.send_as_it_is(b"Subject: empty body\r\n\r\n")

    def test_header_without_empty_line(self):
        self.send_as_it_is(b"Subject: no empty line\r\n")


class SwaksPipelining(Swaks):
    extra = ("--pipeline",)


class SwaksHelo(Swaks):
    """Old SMTP: HELO, one-line replies, no extensions."""

    extra = ("--protocol", "SMTP")


if __name__ == "__main__":
    unittest.main()
