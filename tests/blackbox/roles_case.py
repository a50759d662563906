"""What the tests of submission and relaying share: TLS, logins, a users file."""

import base64
import subprocess
import tempfile
from pathlib import Path

from certificates import context
from quoth_case import QuothCase
from quoth_process import binary, configuration
from smtp_wire import SmtpWire

PASSWORD = b"correct horse"
PASSWD_SECONDS = 30


def start_tls(wire, name=b"client.test"):
    """STARTTLS and EHLO behind it; whatever certificate the server has will do."""
    wire.expect(220, b"STARTTLS")
    wrap(wire)
    return wire.expect(250, b"EHLO " + name)


def wrap(wire, settings=None):
    """The handshake, with the settings of a client, which believes everybody without them."""
    settings = settings or context()
    host = "localhost" if settings.check_hostname else None
    wire.socket = settings.wrap_socket(wire.socket, server_hostname=host)


def plain(user, password=PASSWORD):
    """AUTH PLAIN with its initial response (RFC 4616)."""
    return b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password)


def make_certificate(folder):
    """cert.pem and key.pem, signed by itself, in `folder`."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=mx.local.test", "-days",
                    "2", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True, timeout=60)


class RolesCase(QuothCase):
    """A server with an mx and a submission listener for local.test.

    Its users are ann, bob@local.test and boss; mail for foreign.test has a route, too.
    """

    users = ("ann", "bob@local.test")

    def serve_roles(self, *, mx=None, submission=None, routes=("local.test", "foreign.test"),
                    **top):
        """A server whose listeners have these keys besides the usual ones, and so has its top."""
        users = str(self.users_file())
        config = configuration("mail", **top)
        config["listener"][0].update({"name": "mx", **(mx or {})})
        submission = {"name": "submission", "listen": ["127.0.0.1:0"], "role": "submission",
                      **(submission or {})}
        submission["auth"] = {"users": users, "attempts": "off", **submission.get("auth", {})}
        config["listener"].append(submission)
        via = config["route"]["*"]["via"]
        config["route"] = {domain: {"via": via} for domain in routes}
        return self.serve(config=config)

    def users_file(self):
        file = self.folder() / "users"
        for user in self.users:
            subprocess.run([binary(), "passwd", "add", user, "--file", file, "--hash", "bcrypt",
                            "--cost", "5"], input=PASSWORD, check=True, timeout=PASSWD_SECONDS,
                           capture_output=True)
        return file

    def folder(self):
        return Path(self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-roles-")))

    def raw(self, server, name, **options):
        """A connection to the listener of that name that has read nothing yet."""
        found = next(each for each in server.ready["listeners"] if each["server"] == name)
        return self.enterContext(SmtpWire((found["host"], found["port"]), **options))

    def to(self, server, name, **options):
        """A connection to the listener of that name that has said EHLO."""
        wire = self.raw(server, name, **options)
        wire.greet()
        return wire

    def secured(self, server, name="submission", **options):
        """One that has said EHLO behind STARTTLS, too."""
        wire = self.to(server, name, **options)
        start_tls(wire)
        return wire

    def logged_in(self, server, user=b"ann", name="submission", **options):
        wire = self.secured(server, name, **options)
        wire.expect(235, plain(user))
        return wire
