"""What the tests of AUTH share: exchanges, by hand, and where secrets are looked for."""

import base64

from roles_case import PASSWORD, RolesCase
from security_case import SecurityCase

PLAIN_TEXT = ("PLAIN", "LOGIN")
SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256")
WRONG = b"Tr0ub4dor&3-wrong"


def encoded(octets):
    return base64.b64encode(octets)


def wherever(secret):
    """The forms in which a secret might be seen: itself, and in Base64 at each place of a triple
    (but for what its neighbours share), and in hexadecimal."""
    forms = [secret, secret.hex().encode()]
    for before in range(3):
        text = encoded(b"\0" * before + secret).rstrip(b"=")
        forms.append(text[before + (before > 0):-1])
    return forms


class AuthCase(RolesCase, SecurityCase):
    def challenge(self, reply):
        """What a 334 carries, decoded."""
        self.assert_code(reply, 334)
        return base64.b64decode(reply.text, validate=True)

    def log_in(self, wire, mechanism, user, password=PASSWORD, *, at_once=True):
        """The reply that ends the exchange, or begins none."""
        if mechanism == "LOGIN":
            first, *rest = user, password
        else:
            first, *rest = (b"\0" + user + b"\0" + password,)
        command = b"AUTH " + mechanism.encode()
        if at_once:
            reply = wire.command(command + b" " + (encoded(first) or b"="))
        else:
            reply, rest = wire.command(command), [first, *rest]
        for response in rest:
            if reply.code != 334:
                break
            reply = wire.command(encoded(response))
        return reply

    def scram_begins(self, wire, user, mechanism="SCRAM-SHA-256"):
        """The attributes of the server's first message, but for the nonce; the exchange ends."""
        first = encoded(b"n,,n=" + user + b",r=0123456789abcdef")
        message = self.challenge(wire.command(b"AUTH " + mechanism.encode() + b" " + first))
        wire.expect(501, b"*")
        return [part for part in message.split(b",") if not part.startswith(b"r=")]

    def scram_fails(self, wire, user, mechanism="SCRAM-SHA-256"):
        """The reply to a proof that is of no password."""
        first = encoded(b"n,,n=" + user + b",r=0123456789abcdef")
        message = self.challenge(wire.command(b"AUTH " + mechanism.encode() + b" " + first))
        nonce = message.split(b",")[0]
        size = 20 if mechanism == "SCRAM-SHA-1" else 32
        proof = b"c=" + encoded(b"n,,") + b"," + nonce + b",p=" + encoded(b"\1" * size)
        return wire.command(encoded(proof))
