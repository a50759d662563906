"""msmtp delivers through `quoth serve`."""

import tempfile
import unittest
from pathlib import Path

from log_lines import events
from login_case import HOST, PASSWORD, RECIPIENT, SENDER, TEXT, USER, LoginCase
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


class MsmtpLogin(LoginCase):
    """As its users have it: a file with tls_starttls, tls_trust_file and auth."""

    def send(self, listener, *, password=PASSWORD, authority=None, **settings):
        settings = {"host": HOST, "port": self.port(listener), "from": SENDER, "user": USER,
                    "domain": "msmtp.client.test", "password": f'"{password}"', "timeout": 30,
                    "tls": "on", "tls_starttls": "off" if listener == "implicit" else "on",
                    "tls_trust_file": (authority or self.authority).certificate,
                    **settings}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "msmtprc"
            file.touch(mode=0o600)
            file.write_text("account default\n" + "".join(
                f"{key} {value}\n" for key, value in settings.items()))
            run_peer([required("msmtp", "msmtp"), f"--file={file}", *NOTHING_ADDED, "--",
                      RECIPIENT], TEXT.replace(b"\r\n", b"\n"))

    def test_each_mechanism(self):
        for listener in ("starttls", "implicit"):
            for mechanism in ("plain", "login", "scram-sha-1", "scram-sha-256"):
                with self.subTest(listener=listener, mechanism=mechanism):
                    self.setUp()
                    self.send(listener, auth=mechanism)
                    self.assert_delivered("ESMTPSA")
                    self.assertEqual(events(self.server, "login")[-1]["mech"], mechanism.upper())

    def test_the_best_that_both_have(self):
        self.send("starttls", auth="on")
        self.assert_delivered("ESMTPSA")

    def test_by_certificate(self):
        self.send("starttls", auth="external", tls_cert_file=self.client.certificate,
                  tls_key_file=self.client.key)
        self.assert_delivered("ESMTPSA")

    def test_scram_in_the_clear(self):
        self.send("clear", auth="scram-sha-256", tls="off")
        self.assert_delivered("ESMTPA")

    def test_what_fails(self):
        """The controls: a wrong password, no login, a certificate that nobody trusts."""
        for settings, why in (({"auth": "plain", "password": "wrong"}, "535"),
                              ({"auth": "scram-sha-256", "password": "wrong"}, "535"),
                              ({"auth": "off"}, "530"),
                              ({"auth": "plain", "authority": self.stranger}, "certificate")):
            with self.subTest(why):
                with self.assertRaisesRegex(AssertionError, why):
                    self.send("starttls", **settings)
        self.assert_nothing_delivered()


if __name__ == "__main__":
    unittest.main()
