"""The header of a message is the client's: read for loops alone, never judged, never changed."""

import unittest

import mail_files
from quoth_case import USER, QuothCase

BODY = b"Subject: test\r\n\r\nHello.\r\n"


class Header(QuothCase):
    def setUp(self):
        self.server = self.serve()
        self.wire = self.session(self.server)

    def check(self, message):
        """It is accepted, and stored as it was sent."""
        self.assert_code(self.wire.deliver(message, [USER]), 250)
        self.assertEqual(self.stored(self.server), [message])

    def test_resent_fields_that_do_not_fit_together(self):
        """RFC 5321 §3.3"""
        self.check(b"Resent-To: one@client.test\r\nResent-To: two@client.test\r\n"
                   b"Resent-Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n" + BODY)

    def test_trace_fields_of_any_form(self):
        """RFC 5321 §3.7.2"""
        self.check(b"Received:\r\nReceived: yesterday\r\nReceived: (by nobody; 1/2/24\r\n"
                   b"Return-Path: not an address\r\n" + BODY)

    def test_trace_fields_stand_where_they_stood(self):
        """RFC 5321 §4.4"""
        self.check(b"Received: from b.test by c.test; Mon, 1 Jan 2024 00:00:02 +0000\r\n"
                   b"X-Between: 1\r\n"
                   b"Received: from a.test\r\n\tby b.test; Mon, 1 Jan 2024 00:00:01 +0000\r\n"
                   + BODY)

    def test_no_field_names_a_recipient(self):
        """RFC 5321 Appendix C"""
        self.check(b"To: alice@local.test, user2@local.test\r\nCc: x@foreign.test\r\n"
                   b"Bcc: user3@local.test\r\nApparently-To: user4@local.test\r\n" + BODY)
        [file] = mail_files.delivered(self.server.mail)
        self.assertEqual(file.relative_to(self.server.mail).parts[:2], ("local.test", "user"))


if __name__ == "__main__":
    unittest.main()
