"""Who may relay: the classic probes of open relays on each kind of listener, and the control."""

import unittest

import mail_files
from quoth_case import MESSAGE
from roles_case import RolesCase, start_tls

# For foreign.test and the like there is a route, so that nothing but the relay decision stands in
# their way.
FOREIGN = (b"<x@foreign.test>", b"<X@FOREIGN.TEST>", b"<@local.test:x@foreign.test>",
           b"<@local.test,@other.test:x@foreign.test>", b"<postmaster@foreign.test>")
NESTED = (b"<alice%local.test@foreign.test>", b"<local.test!alice@foreign.test>",
          b'<"alice@local.test"@foreign.test>')
LITERALS = (b"<x@[203.0.113.9]>", b"<alice@[127.0.0.1]>", b"<x@[IPv6:::1]>",
            b"<x@[IPv6:::ffff:203.0.113.9]>")
DISGUISED = (b"<x%foreign.test@local.test>", b'<"x%foreign.test"@local.test>',
             b'<"x@foreign.test"@local.test>', b"<foreign.test!x@local.test>",
             b"<@foreign.test:x%foreign.test@local.test>", b'<"user@foreign.test"@local.test>')
MALFORMED = (b"x@foreign.test", b"<x@foreign.test@local.test>", b"<x@foreign.test.>", b"<x>",
             b"<alice@local.test>,<x@foreign.test>")
SENDERS = (b"<>", b"<alice@local.test>", b"<x@foreign.test>")


class RelayCase(RolesCase):
    def refuses(self, wire, recipients, allowed, senders=SENDERS):
        """Each recipient with each sender: the reply, and no DATA behind it."""
        for sender in senders:
            for recipient in recipients:
                with self.subTest(sender=sender, recipient=recipient):
                    wire.expect(250, b"MAIL FROM:" + sender)
                    self.assertRegex(str(wire.command(b"RCPT TO:" + recipient)), allowed)
                    self.assert_code(wire.command(b"DATA"), 503)
                    wire.expect(250, b"RSET")

    def takes(self, wire, recipients, sender):
        for recipient in recipients:
            with self.subTest(recipient=recipient):
                wire.expect(250, b"MAIL FROM:" + sender)
                wire.expect(250, b"RCPT TO:" + recipient)
                wire.expect(250, b"RSET")


class Strangers(RelayCase):
    """Nobody of the Internet relays, neither through an mx nor through a submission listener."""

    def test_through_an_mx(self):
        server = self.serve_roles()
        for recipients in (FOREIGN, NESTED, LITERALS, DISGUISED):
            self.refuses(self.to(server, "mx"), recipients, r"^550 5\.7\.1 ", SENDERS[:1])
        self.refuses(self.to(server, "mx"), MALFORMED, r"^(500|501|553|555) ", SENDERS[:1])
        self.refuses(self.to(server, "mx"), FOREIGN[:1], r"^550 5\.7\.1 ")

    def test_through_an_mx_that_relays_for_others(self):
        server = self.serve_roles(mx={"relay": ["192.0.2.0/24", "2001:db8::/32", "unix"]})
        for recipients in (FOREIGN, NESTED, LITERALS, DISGUISED):
            self.refuses(self.to(server, "mx"), recipients, r"^550 5\.7\.1 ", SENDERS[:1])

    def test_through_submission(self):
        """MAIL is refused already; so is RCPT without it."""
        server = self.serve_roles()
        wire = self.to(server, "submission")
        start_tls(wire)
        for sender in SENDERS:
            self.assert_code(wire.command(b"MAIL FROM:" + sender), 530, "5.7.0")
        for recipient in FOREIGN:
            self.assertIn(wire.command(b"RCPT TO:" + recipient).code, (503, 530))


class ListedNetworks(RelayCase):
    def setUp(self):
        self.server = self.serve_roles(mx={"relay": ["127.0.0.0/8"]})

    def test_may_relay_where_a_route_leads(self):
        wire = self.to(self.server, "mx")
        self.takes(wire, FOREIGN, b"<x@any.test>")
        self.refuses(wire, (b"<x@nowhere.test>", b"<@foreign.test:x@nowhere.test>"),
                     r"^550 5\.4\.4 ", SENDERS[:1])
        self.assert_code(wire.deliver(MESSAGE, [b"x@foreign.test", b"alice@local.test"]), 250)
        folders = sorted(str(file).split("/mail/")[1].split("/new/")[0]
                         for file in mail_files.delivered(self.server.mail))
        self.assertEqual(folders, ["foreign.test/x", "local.test/alice"])

    def test_addresses_within_addresses_are_not_relayed(self):
        for recipients in (NESTED, LITERALS, DISGUISED):
            self.refuses(self.to(self.server, "mx"), recipients, r"^550 5\.7\.1 ", SENDERS[:1])

    def test_our_own_recipients_are_no_other_than_before(self):
        wire = self.to(self.server, "mx")
        self.takes(wire, (b"<alice@local.test>",), b"<>")
        self.refuses(wire, (b"<nobody@local.test>",), r"^550 5\.1\.1 ")


class Users(RelayCase):
    def setUp(self):
        self.server = self.serve_roles()

    def test_may_relay_where_a_route_leads(self):
        wire = self.logged_in(self.server)
        self.takes(wire, FOREIGN, b"<ann@local.test>")
        self.refuses(wire, (b"<x@nowhere.test>",), r"^550 5\.4\.4 ", SENDERS[:1])

    def test_strange_local_parts_are_addresses_as_others(self):
        self.takes(self.logged_in(self.server), NESTED, b"<ann@local.test>")

    def test_literals_and_disguises_are_not_relayed(self):
        for recipients in (LITERALS, DISGUISED):
            self.refuses(self.logged_in(self.server), recipients, r"^550 5\.7\.1 ", SENDERS[:1])

    def test_only_as_long_as_they_are_logged_in(self):
        """What TLS or a login gave to one connection is nothing to the next."""
        wire = self.logged_in(self.server)
        wire.expect(221, b"QUIT")
        wire = self.to(self.server, "submission")
        start_tls(wire)
        self.assert_code(wire.command(b"MAIL FROM:<ann@local.test>"), 530, "5.7.0")


class Never(RelayCase):
    def test_a_login_is_not_enough_where_nobody_relays(self):
        wire = self.logged_in(self.serve_roles(submission={"relay": "never"}))
        self.refuses(wire, FOREIGN, r"^550 5\.7\.1 ", SENDERS[:1])
        self.takes(wire, (b"<alice@local.test>",), b"<ann@local.test>")


if __name__ == "__main__":
    unittest.main()
