"""swaks delivers through `quoth serve`."""

import tempfile
import unittest
from pathlib import Path

from login_case import HOST, PASSWORD, RECIPIENT, TEXT, USER, LoginCase
from login_case import SENDER as OWN_ADDRESS
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


class SwaksLogin(LoginCase):
    """TLS by STARTTLS and from the first octet, with its certificate verified, and AUTH."""

    def send(self, listener, *options, authority=None):
        authority = authority or self.authority
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "data"
            file.write_bytes(TEXT + b".\r\n")
            return run_peer([required("swaks", "swaks"), "--server", HOST, "--port",
                             str(self.port(listener)), "--ehlo", "swaks.client.test",
                             "--from", OWN_ADDRESS, "--to", RECIPIENT, "--data", f"@{file}",
                             "--tls-verify", "--tls-ca-path", str(authority.certificate),
                             *options]).stdout.decode()

    def login(self, mechanism, password=PASSWORD):
        return ("--auth", mechanism, "--auth-user", USER, "--auth-password", password)

    def test_starttls(self):
        for mechanism in ("PLAIN", "LOGIN"):
            with self.subTest(mechanism):
                self.setUp()
                self.send("starttls", "-tls", *self.login(mechanism))
                self.assert_delivered("ESMTPSA")

    def test_tls_from_the_first_octet(self):
        for mechanism in ("PLAIN", "LOGIN"):
            with self.subTest(mechanism):
                self.setUp()
                self.send("implicit", "-tlsc", *self.login(mechanism))
                self.assert_delivered("ESMTPSA")

    def test_each_version_of_tls(self):
        for version, name in (("tlsv1_2", "TLSv1.2"), ("tlsv1_3", "TLSv1.3")):
            with self.subTest(version):
                self.setUp()
                self.send("mx", "-tls", "--tls-protocol", version)
                self.assertEqual(self.assert_delivered("ESMTPS")["tls"], name)

    def test_with_a_client_certificate(self):
        """An mx asks for one; swaks shows it, and the handshake proves the key."""
        self.send("mx", "-tls", "--tls-cert", str(self.client.certificate), "--tls-key",
                  str(self.client.key))
        self.assert_delivered("ESMTPS")

    def test_in_the_clear_where_that_is_allowed(self):
        self.send("clear", *self.login("PLAIN"))
        self.assert_delivered("ESMTPA")

    def test_what_fails(self):
        """The controls: a wrong password, no login, no TLS, a certificate that nobody trusts."""
        for listener, options, authority, why in (
                ("starttls", ("-tls", *self.login("PLAIN", "wrong")), None, "535 5.7.8"),
                ("starttls", ("-tls",), None, "530 5.7.0"),
                ("starttls", self.login("PLAIN"), None, "not advertise authentication"),
                ("starttls", ("-tls", *self.login("PLAIN")), self.stranger, "verif")):
            with self.subTest(why):
                with self.assertRaisesRegex(AssertionError, why):
                    self.send(listener, *options, authority=authority)
        self.assert_nothing_delivered()


if __name__ == "__main__":
    unittest.main()
