"""What the tests of PROXY, XCLIENT and XFORWARD share."""

import json

import mail_files
from auth_case import AuthCase
from quoth_case import MESSAGE

LOOPBACK = ["127.0.0.0/8"]
ALICE = b"alice@local.test"
CLIENT = "203.0.113.9"


class TrustCase(AuthCase):
    def trusting(self, *, submission=None, mx=None, **trust):
        """Both listeners trust those of `trust`."""
        return self.serve_roles(mx={"trust": trust, **(mx or {})},
                                submission={"trust": trust, **(submission or {})})

    def proxied(self, server, header, name="mx"):
        wire = self.raw(server, name)
        wire.send(header)
        wire.greet()
        return wire

    def claimed(self, server, attributes, name="mx"):
        wire = self.to(server, name)
        wire.expect(220, b"XCLIENT " + attributes)
        wire.expect(250, b"EHLO client.test")
        return wire

    def header_of(self, wire):
        """Delivers a message; returns its own fields, checked for lines that are none of ours."""
        self.assert_code(wire.deliver(MESSAGE, [ALICE]), 250)
        file = max(mail_files.delivered(self.server.mail), key=lambda each: each.stat().st_mtime_ns)
        own = mail_files.split(file.read_bytes())[0].decode()
        for line in own.splitlines():
            self.assertRegex(line, r"^(Return-Path: |Received: |\t)[ -~]+$")
        return own

    def assert_log_is_sound(self):
        for line in self.server.log().splitlines():
            self.assertIn("ev", json.loads(line))
        self.assertNotIn("Evil", self.server.log())

    def refuses(self, wire, recipients, allowed=r"^550 5\.7\.1 ", sender=b"<>"):
        wire.expect(250, b"MAIL FROM:" + sender)
        for recipient in recipients:
            with self.subTest(recipient=recipient):
                self.assertRegex(str(wire.command(b"RCPT TO:" + recipient)), allowed)
        self.assert_code(wire.command(b"DATA"), 503)
        wire.expect(250, b"RSET")

    def relays(self, wire, sender=b"<ann@local.test>"):
        wire.expect(250, b"MAIL FROM:" + sender)
        wire.expect(250, b"RCPT TO:<x@foreign.test>")
        wire.expect(250, b"RSET")
