"""Headers of the PROXY protocol, as a trusted proxy sends them, and broken ones."""

import socket
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
PROXY, LOCAL = 0x21, 0x20
AUTHORITY, CRC32C, UNIQUE_ID, TLS, TLS_NAME = 0x02, 0x03, 0x05, 0x20, 0x22


def version_1(client, server="198.51.100.1", family="TCP4"):
    return f"PROXY {family} {client} {server} 40000 25\r\n".encode()


def field(kind, value):
    return struct.pack(">BH", kind, len(value)) + value


def version_2(client, fields=b"", command=PROXY, server="198.51.100.1"):
    """For an IPv4 client."""
    ends = socket.inet_aton(client) + socket.inet_aton(server) + struct.pack(">HH", 40000, 25)
    block = ends + fields
    return SIGNATURE + bytes((command, 0x11)) + struct.pack(">H", len(block)) + block


def summed(client, change=0):
    """Version 2 with its CRC32c, which is right if `change` is 0."""
    header = version_2(client, field(CRC32C, b"\0" * 4))
    return header[:-4] + struct.pack(">I", crc32c(header) ^ change)


def crc32c(octets):
    value = 0xFFFFFFFF
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def certificate_name(name):
    """The field for TLS with a client's certificate of that common name."""
    return field(TLS, b"\x07\0\0\0\0" + field(TLS_NAME, name))
