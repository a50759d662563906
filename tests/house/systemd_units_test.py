"""The units of systemd: it finds nothing wrong with them, and the sockets have the example's names."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "packaging" / "systemd"
EXAMPLE = ROOT / "examples" / "quoth.toml"


class SystemdUnits(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze here")
    def test_systemd_finds_nothing_wrong(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "quoth").symlink_to("/bin/true")
        service = (UNITS / "quoth.service.in").read_text()
        service = service.replace("@CMAKE_INSTALL_FULL_BINDIR@", str(folder))
        (folder / "quoth.service").write_text(service)
        for socket in UNITS.glob("*.socket"):
            shutil.copy(socket, folder)
        found = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=one",
                                *sorted(map(str, folder.glob("quoth*.s*")))],
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((found.returncode, found.stderr), (0, ""))

    def test_the_example_names_each_socket(self):
        names = [re.search(r"^FileDescriptorName=(\w+)$", socket.read_text(), re.MULTILINE)[1]
                 for socket in UNITS.glob("*.socket")]
        self.assertEqual(sorted(names), ["smtp", "submission", "submissions"])
        self.assertEqual(sorted(re.findall(r'"fd:(\w+)"', EXAMPLE.read_text())), sorted(names))


if __name__ == "__main__":
    unittest.main()
