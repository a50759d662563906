"""Every test that docs/parity.md names exists."""

import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(os.environ.get("QUOTH_SOURCE_DIR", "."))
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
NAMED = re.compile(r"`(\w+)\.(\w+)\.(\w+)`")
EXAMPLE = re.compile(r"`examples\.(\w+)`")


class ParityPage(unittest.TestCase):
    def setUp(self):
        self.page = (ROOT / "docs/parity.md").read_text(encoding="utf-8")

    def test_names_tests_that_exist(self):
        existing = set()
        for path in (ROOT / "tests").rglob("*_test.cpp"):
            folder = path.relative_to(ROOT / "tests").parts[0]
            for suite, name in TEST.findall(path.read_text(encoding="utf-8")):
                existing.add((folder, suite, name))
        named = set(NAMED.findall(self.page))
        self.assertGreater(len(named), 40)
        self.assertEqual(named - existing, set())

    def test_names_examples_that_are_run(self):
        for name in set(EXAMPLE.findall(self.page)):
            self.assertTrue((ROOT / f"examples/{name}.cpp").is_file(), name)
            self.assertTrue((ROOT / f"tests/examples/{name}_test.py").is_file(), name)

    def test_has_a_proof_in_each_row_of_the_first_two_tables(self):
        tables = self.page.split("## 3.")[0]
        for line in tables.splitlines():
            cells = line.split("|")
            if len(cells) == 6 and cells[1].strip() not in ("There", "---"):
                proof = cells[4]
                self.assertTrue(NAMED.search(proof) or EXAMPLE.search(proof), line)


if __name__ == "__main__":
    unittest.main()
