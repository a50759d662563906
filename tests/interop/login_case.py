"""A server that clients log in to, with a certificate that they verify."""

import tempfile
from pathlib import Path

import mail_files
from certificates import Authority
from log_lines import events
from peer_case import HEADER, PEER_SECONDS, run_peer
from quoth_case import QuothCase
from quoth_process import QuothServer, binary, configuration
from waiting import wait_until

USER, PASSWORD = "ann", "correct horse:=+/ battery"
SENDER, RECIPIENT = "ann@local.test", "alice@local.test"
HOST = "localhost"
TEXT = b"".join((b"Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <text@client.test>\r\n",
                 HEADER, "Grüße over TLS.\r\n.a dot\r\n".encode()))


def listeners(users, certificates):
    """One for each way in: what it begins with, and whom it believes."""
    passwords = {"users": users, "failures": "off"}
    auth = {**passwords, "certificates": certificates}
    begin = {"listen": ["127.0.0.1:0"], "role": "submission", "auth": auth}
    return [{"listen": ["127.0.0.1:0"], "accept": ["local.test"], "name": "mx", "tls": "starttls"},
            {**begin, "name": "starttls", "tls": "required"},
            {**begin, "name": "implicit", "tls": "implicit"},
            {**begin, "name": "clear", "tls": "off", "auth": {**passwords, "clear_text": True}}]


class LoginCase(QuothCase):
    """One server for all tests of a class; the user ann has a password, and keys for SCRAM."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="quoth-login-")))
        cls.authority = Authority(cls.folder)
        cls.stranger = Authority(cls.folder, "stranger")
        cls.client = cls.authority.issue("client")
        users = str(cls.folder / "users")
        run_peer([binary(), "passwd", "add", USER, "--file", users, "--hash", "bcrypt", "--cost",
                  "5", "--iterations", "4096"], PASSWORD.encode())
        config = configuration("mail")
        config["listener"] = listeners(users, {cls.client.fingerprint(): USER})
        config["tls"] = {**cls.authority.issue("server").as_toml(), "client_certificates": "ask",
                         "client_authorities": str(cls.authority.certificate)}
        cls.server = cls.enterClassContext(QuothServer(config=config))

    def setUp(self):
        self.known = set(mail_files.delivered(self.server.mail))
        self.lines = len(events(self.server, "smtp.in"))

    def port(self, listener):
        return next(each["port"] for each in self.server.ready["listeners"]
                    if each["server"] == listener)

    def assert_delivered(self, protocol, text=TEXT, user=USER):
        """One message has come, octet for octet, by this protocol (RFC 3848), and its Received
        field and the log say who has logged in."""
        new = set(mail_files.delivered(self.server.mail)) - self.known
        self.assertEqual(len(new), 1, new)
        file = new.pop()
        self.assertEqual(mail_files.restored(file), text)
        self.assertRegex(mail_files.split(file.read_bytes())[0].decode(), rf"\bwith {protocol}\b")
        wait_until(lambda: len(events(self.server, "smtp.in")) > self.lines, 10, "the transaction")
        line = events(self.server, "smtp.in")[-1]
        self.assertEqual(line["auth"], user if "A" in protocol[5:] else "", line)
        self.assertEqual(line["tls"].startswith("TLSv1."), "S" in protocol[5:], line)
        return line

    def assert_nothing_delivered(self):
        self.assertEqual(set(mail_files.delivered(self.server.mail)), self.known)


__all__ = ["HOST", "PASSWORD", "PEER_SECONDS", "RECIPIENT", "SENDER", "TEXT", "USER", "LoginCase"]
