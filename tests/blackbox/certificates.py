"""Certificates for tests, signed by an authority of their own, by the `openssl` program."""

import os
import shutil
import ssl
import subprocess
from pathlib import Path

SECONDS = 30
NEW_KEY = {"p256": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
           "rsa2048": ["-newkey", "rsa:2048"]}
LEAF = ("subjectAltName=DNS:{name}", "basicConstraints=CA:FALSE", "keyUsage=digitalSignature",
        "extendedKeyUsage=serverAuth",
        "crlDistributionPoints=URI:http://authority.local.test/list.crl")


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, timeout=SECONDS,
                   capture_output=True)


class Pair:
    """A certificate and its key, as files."""

    def __init__(self, folder, label):
        self.certificate, self.key = folder / f"{label}.pem", folder / f"{label}.key"

    def as_toml(self):
        """What [tls] of a configuration says of it."""
        return {"certificate": str(self.certificate), "key": str(self.key)}

    def der(self):
        """The certificate as a peer sees it."""
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())

    def replace_by(self, certificate, key):
        """Puts copies of these files into the place of ours, each at once, as renewals do."""
        for ours, new in ((self.key, key), (self.certificate, certificate)):
            fresh = ours.with_suffix(".new")
            shutil.copyfile(new, fresh)
            os.replace(fresh, ours)


class Authority:
    """One that signs certificates; its own stands in `certificate`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._pair = Pair(self.folder, "authority")
        self.certificate = self._pair.certificate
        _openssl("req", "-x509", "-nodes", *NEW_KEY["p256"], "-days", "3650", "-sha256",
                 "-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                 "-keyout", self._pair.key, "-out", self.certificate)

    def issue(self, label, *, name="mx.local.test", kind="p256", days=90):
        """A new pair for the host `name`, in files named after `label`."""
        pair = Pair(self.folder, label)
        extensions = [word for each in LEAF for word in ("-addext", each.format(name=name))]
        request = self.folder / f"{label}.csr"
        _openssl("req", "-new", "-nodes", *NEW_KEY[kind], "-sha256", "-subj", f"/CN={name}",
                 *extensions, "-keyout", pair.key, "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey",
                 self._pair.key, "-days", days, "-sha256", "-copy_extensions", "copy",
                 "-out", pair.certificate)
        return pair
