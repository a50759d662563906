"""Certificates that a test makes for itself, with the command `openssl`."""

import hashlib
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL_SECONDS = 30
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path

    def fingerprint(self):
        """SHA-256 of the certificate, in lower-case hexadecimal."""
        text = self.certificate.read_text()
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(text)).hexdigest()

    def as_toml(self):
        return {"certificate": str(self.certificate), "key": str(self.key)}


class Authority:
    """Somebody who signs certificates, in a folder; clients trust `certificate`."""

    def __init__(self, folder, name="authority"):
        self.folder, self.name = Path(folder), name
        self._own = self._make(name, "-addext", "keyUsage=critical,keyCertSign")
        self.certificate = self._own.certificate

    def issue(self, name, names=NAMES):
        """A certificate for a server or a client; `names` as of OpenSSL's configuration."""
        return self._make(name, "-CA", self._own.certificate, "-CAkey", self._own.key, "-addext",
                          "basicConstraints=critical,CA:FALSE", "-addext", names)

    def _make(self, name, *options):
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        openssl("req", "-x509", "-new", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", pair.key,
                "-out", pair.certificate, *options)
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

