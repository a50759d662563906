"""Certificates that a test makes for itself, with the command `openssl`."""

import hashlib
import os
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL_SECONDS = 30
NEW_KEY = {"p256": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
           "rsa2048": ("-newkey", "rsa:2048")}
LEAF = ("basicConstraints=critical,CA:FALSE", "keyUsage=digitalSignature",
        "extendedKeyUsage=serverAuth,clientAuth",
        "crlDistributionPoints=URI:http://authority.local.test/list.crl")
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path

    def der(self):
        """The certificate as a peer sees it."""
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())

    def fingerprint(self):
        """SHA-256 of the certificate, in lower-case hexadecimal."""
        return hashlib.sha256(self.der()).hexdigest()

    def replace_by(self, certificate, key):
        """Puts copies of these files into the place of ours, each at once, as renewals do."""
        for ours, new in ((self.key, key), (self.certificate, certificate)):
            fresh = ours.with_suffix(".new")
            shutil.copyfile(new, fresh)
            os.replace(fresh, ours)

    def as_toml(self):
        """What [tls] of a configuration says of it."""
        return {"certificate": str(self.certificate), "key": str(self.key)}


class Authority:
    """Somebody who signs certificates, in a folder; clients trust `certificate`."""

    def __init__(self, folder, name="authority"):
        self.folder, self.name = Path(folder), name
        self._own = self._make(name, name, ("keyUsage=critical,keyCertSign,cRLSign",))
        self.certificate = self._own.certificate

    def issue(self, label, names=NAMES, *, name=None, kind="p256", days=90):
        """A certificate for a server or a client, in files named after `label`; for the host `name`,
        or `names` as of OpenSSL's configuration."""
        if name is not None:
            names = f"subjectAltName=DNS:{name}"
        signed = ("-CA", self._own.certificate, "-CAkey", self._own.key)
        return self._make(label, name or label, (*LEAF, names), signed, kind, days)

    def _make(self, label, subject, extensions, options=(), kind="p256", days=90):
        pair = Pair(self.folder / f"{label}.pem", self.folder / f"{label}.key")
        added = [word for each in extensions for word in ("-addext", each)]
        openssl("req", "-x509", "-new", "-nodes", *NEW_KEY[kind], "-days", str(days), "-sha256",
                "-subj", f"/CN={subject}", "-keyout", pair.key, "-out", pair.certificate, *added,
                *options)
        return pair


def openssl(*arguments, stdin=b""):
    """What `openssl` prints; fails with it unless it exits with 0."""
    program = shutil.which("openssl")
    if program is None:
        raise AssertionError("openssl is missing: apt-get install openssl")
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, check=False,
                          timeout=OPENSSL_SECONDS)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def context(authority=None, own=None):
    """A client's settings: it trusts `authority`, or everybody, and shows the pair `own`."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority is None:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    else:
        made.load_verify_locations(authority.certificate)
    if own is not None:
        made.load_cert_chain(own.certificate, own.key)
    return made

