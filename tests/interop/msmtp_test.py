"""msmtp delivers through `quoth serve`."""

import unittest

from peer_case import PeerTests, StoredMail, required, run_peer


NOTHING_ADDED = ("--set-from-header=off", "--set-date-header=off", "--set-msgid-header=off",
                 "--remove-bcc-headers=off", "--undisclosed-recipients=off")


class Msmtp(PeerTests, StoredMail):
    def send(self, sender, recipients, content):
        # --host and --from: no configuration file is read. msmtp makes CRLF of each LF.
        command = [required("msmtp", "msmtp"), f"--host={self.proxy.host}",
                   f"--port={self.proxy.port}", f"--from={sender}", "--domain=msmtp.client.test",
                   "--tls=off", "--auth=off", "--timeout=30", *NOTHING_ADDED, "--", *recipients]
        run_peer(command, content.replace(b"\r\n", b"\n"))


if __name__ == "__main__":
    unittest.main()
