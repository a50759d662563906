"""Reads Maildirs that Quoth wrote, and restores the octets that a client had sent."""

import re
from pathlib import Path

# Our own fields stand on top: Return-Path, then Received with its folded lines (RFC 5321 §4.4).
FOLDED = rb"[^\n]*\n(?:[ \t][^\n]*\n)*"
OWN_FIELDS = re.compile(rb"\AReturn-Path: " + FOLDED + b"Received: " + FOLDED)


def delivered(root):
    """All files that stand in a `new` folder, in the order of their paths."""
    return sorted(path for path in Path(root).rglob("new/*") if path.is_file())


def unfinished(root):
    """All files that stand in a `tmp` folder."""
    return sorted(path for path in Path(root).rglob("tmp/*") if path.is_file())


def mailbox(root, recipient):
    """The Maildir of an address of plain letters and digits, by the template {domain}/{local}."""
    local, _, domain = recipient.rpartition("@")
    return Path(root) / domain / local


def split(octets):
    """(our own fields, what the client sent) of a delivered file, the latter with CRLF again."""
    own = OWN_FIELDS.match(octets)
    if not own:
        raise AssertionError(f"no Return-Path and Received on top: {octets[:300]!r}")
    if b"\r" in octets:
        raise AssertionError("a delivered file has LF line ends, this one holds a CR")
    return own.group(), octets[own.end():].replace(b"\n", b"\r\n")


def restored(path):
    """The octets that the client sent."""
    return split(Path(path).read_bytes())[1]


def return_path(path):
    """The reverse-path of the Return-Path field, with its angle brackets."""
    first = Path(path).read_bytes().split(b"\n", 1)[0]
    return first.removeprefix(b"Return-Path: ").decode()
