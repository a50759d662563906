"""AUTH: when there is one, and what ends it."""

import unittest

from auth_case import PLAIN_TEXT, SCRAM, WRONG, AuthCase, encoded
from certificates import Authority, context
from roles_case import PASSWORD, plain, start_tls, wrap
from security_case import events


class InTheClear(AuthCase):
    """Passwords over the network for whoever listens: not unless somebody has configured it."""

    def offered(self, wire):
        lines = [line for line in wire.expect(250, b"EHLO client.test").lines
                 if line.startswith("AUTH")]
        return lines[0].split()[1:] if lines else []

    def test_where_tls_is_required(self):
        wire = self.to(self.serve_roles(), "submission")
        self.assertEqual(self.offered(wire), [])
        for mechanism in (*PLAIN_TEXT, *SCRAM, "EXTERNAL", "NONE"):
            with self.subTest(mechanism):
                self.assert_code(wire.command(b"AUTH " + mechanism.encode()), 530, "5.7.0")
        self.assert_code(wire.command(plain(b"ann")), 530, "5.7.0")
        start_tls(wire)
        wire.expect(235, plain(b"ann"))

    def test_where_tls_is_offered(self):
        """SCRAM shows no password, so it is there in the clear, too."""
        server = self.serve_roles(submission={"tls": "starttls"})
        wire = self.to(server, "submission")
        self.assertEqual(self.offered(wire), ["SCRAM-SHA-256", "SCRAM-SHA-1"])
        for mechanism in PLAIN_TEXT:
            for line in (mechanism.encode(), mechanism.encode() + b" AGFubgBjb3JyZWN0IGhvcnNl"):
                with self.subTest(line=line):
                    self.assert_code(wire.command(b"AUTH " + line), 538, "5.7.11")
        for mechanism in SCRAM:
            self.assert_code(wire.command(b"AUTH " + mechanism.encode() + b"-PLUS"), 538)
        self.assertEqual(events(server, "login"), [])
        start_tls(wire)
        self.assertIn("PLAIN", self.offered(wire))
        wire.expect(235, plain(b"ann"))

    def test_where_it_is_configured(self):
        """The control."""
        server = self.serve_roles(submission={"tls": "off", "auth": {"clear_text": True}})
        wire = self.to(server, "submission")
        self.assertIn("PLAIN", self.offered(wire))
        wire.expect(235, plain(b"ann"))

    def test_a_login_in_the_clear_is_none_in_tls(self):
        """RFC 3207 §4.2: it could be that of somebody in between."""
        server = self.serve_roles(submission={"tls": "starttls", "auth": {"clear_text": True}})
        wire = self.to(server, "submission")
        wire.expect(235, plain(b"ann"))
        wire.expect(250, b"MAIL FROM:<ann@local.test>")
        wire.expect(250, b"RSET")
        start_tls(wire)
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")
        wire.expect(235, plain(b"ann"))


class Exchanges(AuthCase):
    """RFC 4954 §4: whatever goes wrong has one reply, and the session is as it was."""

    def setUp(self):
        self.server = self.serve_roles()
        self.wire = self.secured(self.server)

    def test_places(self):
        """Not within a transaction, and not twice, whatever came between."""
        self.wire.expect(235, plain(b"ann"))
        self.assert_code(self.wire.command(plain(b"ann")), 503)
        for line in (b"RSET", b"EHLO other.test", b"MAIL FROM:<ann@local.test>"):
            self.wire.expect(250, line)
            self.assert_code(self.wire.command(plain(b"bob@local.test")), 503)
        self.wire.expect(250, b"RCPT TO:<x@foreign.test>")

    def test_place_in_a_transaction(self):
        """Also of a client that may send without a login."""
        server = self.serve_roles(submission={"relay": ["127.0.0.0/8"]})
        wire = self.secured(server)
        wire.expect(250, b"MAIL FROM:<x@client.test>")
        self.assert_code(wire.command(plain(b"ann")), 503)
        wire.expect(250, b"RCPT TO:<x@foreign.test>")

    def test_broken_commands(self):
        for line, code in ((b"AUTH", 501), (b"AUTH ", 501), (b"AUTH FOO", 504), (b"AUTH CRAM-MD5",
                                                                                 504),
                           (b"AUTH PLAIN *", 501), (b"AUTH PLAIN !", 501), (b"AUTH PLAIN a", 501),
                           (b"AUTH PLAIN YQ", 501), (b"AUTH PLAIN YQ==YQ==", 501),
                           (b"AUTH PLAIN YR==", 501), (b"AUTH PLAIN Y Q=", 501),
                           (b"AUTH PLAIN YQ== x", 501), (b"AUTH PLAIN =", 501),
                           (b"AUTH PLAIN \xff", 501), (b"AUTH P\0LAIN", 500)):
            with self.subTest(line=line):
                reply = self.wire.command(line)
                self.assertIn(reply.code, (code, 501), str(reply))
                self.wire.still_usable()
        self.wire.expect(235, plain(b"ann"))

    def test_broken_responses(self):
        for mechanism in (*PLAIN_TEXT, *SCRAM):
            for response, code in ((b"*", 501), (b"!", 501), (b"YQ", 501), (b"YQ= =", 501),
                                   (b"x" * 12289, 500)):
                with self.subTest(mechanism=mechanism, response=response[:10]):
                    self.wire.expect(334, b"AUTH " + mechanism.encode())
                    self.assert_code(self.wire.command(response), code)
                    self.wire.still_usable()
                if mechanism == "SCRAM-SHA-256":
                    self.wire = self.secured(self.server)
        self.wire.expect(235, plain(b"ann"))

    def test_commands_within_an_exchange(self):
        """They are responses, and no commands: none is run."""
        for line in (b"MAIL FROM:<ann@local.test>", b"QUIT", b"NOOP", b"RSET", b"STARTTLS"):
            with self.subTest(line=line):
                self.wire.expect(334, b"AUTH PLAIN")
                self.assert_code(self.wire.command(line), 501)
                self.wire.still_usable()

    def test_an_empty_challenge_has_its_space(self):
        wire = self.to(self.server, "submission")
        wire.expect(220, b"STARTTLS")
        wrap(wire)
        wire.send(b"EHLO client.test\r\n")
        wire.reply()
        wire.send(b"AUTH PLAIN\r\n")
        self.assertEqual(wire.socket.recv(100), b"334 \r\n")

    def test_an_empty_initial_response(self):
        """A "=" stands for no octets, which are no name for LOGIN and no message for PLAIN."""
        self.assert_code(self.wire.command(b"AUTH PLAIN ="), 501)
        reply = self.wire.command(b"AUTH LOGIN =")
        if reply.code == 334:
            reply = self.wire.command(encoded(PASSWORD))
        self.assertIn(reply.code, (501, 535))
        self.wire.still_usable()

    def test_a_wrong_password_has_one_reply(self):
        for mechanism in PLAIN_TEXT:
            for at_once in (True, False):
                with self.subTest(mechanism=mechanism, at_once=at_once):
                    wire = self.secured(self.server)
                    reply = self.log_in(wire, mechanism, b"ann", WRONG, at_once=at_once)
                    self.assert_code(reply, 535, "5.7.8")
                    wire.send(b"QUIT\r\n")
                    codes = [each.code for each in wire.replies_until_closed()]
                    self.assertEqual(codes, [221])
                    self.secured(self.server).expect(235, plain(b"ann"))

    def test_each_mechanism_by_hand(self):
        """The control."""
        for mechanism in PLAIN_TEXT:
            for at_once in (True, False):
                with self.subTest(mechanism=mechanism, at_once=at_once):
                    wire = self.secured(self.server)
                    reply = self.log_in(wire, mechanism, b"ann", at_once=at_once)
                    self.assert_code(reply, 235, "2.7.0")

    def test_a_right_password_for_another(self):
        """An authorization identity (RFC 4616) that is not one's own."""
        for other in (b"bob@local.test", b"root", b"ann@local.test"):
            with self.subTest(other=other):
                line = b"AUTH PLAIN " + encoded(other + b"\0ann\0" + PASSWORD)
                self.assert_code(self.wire.command(line), 535, "5.7.8")
        self.wire.expect(235, b"AUTH PLAIN " + encoded(b"ann\0ann\0" + PASSWORD))


class Submitter(AuthCase):
    """AUTH= of MAIL (RFC 4954 §5) is xtext of an address, and makes nobody anybody."""

    def test_forms(self):
        wire = self.logged_in(self.serve_roles())
        for value, code in ((b"e+3Dmc2@x", 250), (b"<>", 250), (b"ann@local.test", 250),
                            (b"a+A", 501), (b"a+0D+0A", 501), (b"+00", 501), (b"+3D+GG", 501),
                            (b"", 501)):
            with self.subTest(value=value):
                reply = wire.command(b"MAIL FROM:<ann@local.test> AUTH=" + value)
                self.assert_code(reply, code)
                wire.command(b"RSET")

    def test_it_is_no_login(self):
        server = self.serve_roles()
        wire = self.secured(server)
        for value in (b"<>", b"ann@local.test"):
            line = b"MAIL FROM:<ann@local.test> AUTH=" + value
            self.assert_code(wire.command(line), 530, "5.7.0")
        wire.expect(235, plain(b"ann"))
        line = b"MAIL FROM:<bob@local.test> AUTH=bob@local.test"
        self.assert_code(wire.command(line), 550, "5.7.1")


class Certificates(AuthCase):
    """EXTERNAL (RFC 4422 Appendix A): a certificate is its owner's, and nobody else's."""

    def test_whose_they_are(self):
        authority = Authority(self.folder())
        listed, other = authority.issue("listed"), authority.issue("other")
        server = self.serve_roles(
            submission={"auth": {"certificates": {listed.fingerprint(): "ann"}}},
            tls={"client_certificates": "ask", "client_authorities": str(authority.certificate)})
        for own, name, code in ((listed, b"=", 235), (listed, encoded(b"ann"), 235),
                                (listed, encoded(b"bob@local.test"), 535), (other, b"=", 535),
                                (other, encoded(b"ann"), 535), (None, b"=", 504)):
            with self.subTest(own=own and own.key.name, name=name):
                wire = self.to(server, "submission")
                wire.expect(220, b"STARTTLS")
                wrap(wire, context(own=own))
                wire.expect(250, b"EHLO client.test")
                self.assert_code(wire.command(b"AUTH EXTERNAL " + name), code)


if __name__ == "__main__":
    unittest.main()
