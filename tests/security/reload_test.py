"""Certificates that are replaced while clients come and go: nobody notices but who comes later."""

import asyncio
import contextlib
import tempfile
import unittest

from certificates import Authority
from reload_load import Crowd, Reloads, replace_thrice
from security_case import SecurityCase, events

CLIENTS = 48
HANDSHAKES = 20
SECONDS = 120


class ReloadUnderLoad(SecurityCase):
    """`[tls]`: files that change; a pair that does not fit changes nothing."""

    def setUp(self):
        self.authority = Authority(
            self.enterContext(tempfile.TemporaryDirectory(prefix="quoth-reload-")))
        self.files = self.authority.issue("server", name="mx.local.test")

    def test_no_connection_fails(self):
        server = self.serve_with(tls=self.files.as_toml(), via="discard")
        crowd, replacements, shown = asyncio.run(self.replace(server))
        self.assertEqual(crowd.seen.failures, [])
        self.assertGreaterEqual(crowd.seen.messages, CLIENTS)
        for replacement, pair in zip(replacements, shown, strict=True):
            self.assertEqual(replacement.certificates, {pair.der()})
        verdicts = [(line["verdict"], line["lvl"]) for line in events(server, "tls.reloaded")]
        self.assertEqual(verdicts, [("new", "info"), ("kept the old ones", "warn"),
                                    ("new", "info")])
        self.assertIn("is not the key of", events(server, "tls.reloaded")[1]["why"])

    async def replace(self, server):
        reloads = self.enterContext(contextlib.closing(Reloads(server)))
        crowd = Crowd(server.address, self.authority.certificate, CLIENTS)
        replacements, shown = await replace_thrice(
            server, crowd, self.authority, self.files, reloads, handshakes=HANDSHAKES,
            seconds=SECONDS)
        return crowd, replacements, shown


if __name__ == "__main__":
    unittest.main()
