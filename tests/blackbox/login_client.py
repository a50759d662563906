"""Logins as clients make them, also in the name of clients from elsewhere (PROXY protocol)."""

import base64
import hashlib
import hmac
import ipaddress
import struct

from roles_case import plain

PROXY_V2 = b"\r\n\r\n\0\r\nQUIT\n"
CLIENT_NONCE = b"rOprNGfwEbeRWgbNEkqO"


def proxy_header(address, version=1):
    """What a trusted peer says before anything else: it speaks for a client at this address."""
    if version == 1:
        return f"PROXY TCP4 {address} 192.0.2.25 40000 25\r\n".encode()
    ends = ipaddress.ip_address(address).packed + ipaddress.ip_address("192.0.2.25").packed
    return PROXY_V2 + struct.pack("!BBH", 0x21, 0x11, 12) + ends + struct.pack("!HH", 40000, 25)


def log_in_by_plain(wire, user, password):
    """@returns the last reply."""
    return wire.command(plain(user, password))


def _decoded(reply):
    return base64.b64decode(reply.text)


def scram_proof(password, first_bare, server_first):
    """The client's last message (RFC 5802 §3) for SCRAM-SHA-256."""
    fields = dict(field.split(b"=", 1) for field in server_first.split(b","))
    salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(fields[b"s"]),
                                 int(fields[b"i"]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    without_proof = b"c=biws,r=" + fields[b"r"]
    message = b",".join((first_bare, server_first, without_proof))
    signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    return without_proof + b",p=" + base64.b64encode(proof)


def log_in_by_scram(wire, user, password):
    """SCRAM-SHA-256 (RFC 7677). @returns the last reply."""
    first_bare = b"n=" + user + b",r=" + CLIENT_NONCE
    first = base64.b64encode(b"n,," + first_bare)
    challenge = wire.command(b"AUTH SCRAM-SHA-256 " + first)
    if challenge.code != 334:
        return challenge
    last = scram_proof(password, first_bare, _decoded(challenge))
    reply = wire.command(base64.b64encode(last))
    return wire.command(b"") if reply.code == 334 else reply
