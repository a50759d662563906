"""curl delivers through `quoth serve`."""

import tempfile
import unittest
from pathlib import Path

from peer_case import PLAIN, PeerTests, StoredMail, required, run_peer


class Curl(PeerTests, StoredMail):
    def send(self, sender, recipients, content):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "message"
            file.write_bytes(content)
            self.upload(sender, recipients, str(file))

    def upload(self, sender, recipients, source, stdin=b""):
        to = [word for recipient in recipients for word in ("--mail-rcpt", recipient)]
        run_peer([required("curl", "curl"), "--silent", "--show-error", "--noproxy", "*",
                  f"smtp://{self.proxy.host}:{self.proxy.port}/curl.client.test",
                  "--mail-from", sender, *to, "--upload-file", source], stdin)

    def test_from_a_pipe_of_unknown_size(self):
        self.upload("sender@client.test", ["user1@local.test"], "-", PLAIN)
        self.check_stored("sender@client.test", ["user1@local.test"], PLAIN)


if __name__ == "__main__":
    unittest.main()
