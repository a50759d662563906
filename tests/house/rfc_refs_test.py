"""tools/rfc-refs reads the forms that references have, and fails where it cannot be sure."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "rfc-refs"

SOURCES = {
    "include/quoth/smtp/limits.hpp": "/// Of a line (RFC 5321 §4.5.3.1.4, §4.5.3.1.6).\nint a;\n"
    "/// More gets 552 (RFC\n/// 1870 §6); of addresses (RFC 5321\n/// §4.1.3).\nint b;\n"
    "int c;  ///< In brackets (RFC 5321 §4.1.2, Appendix C).\n",
    "src/smtp/grammar.cpp": "// RFC 5321 §4.1.1.1: a name; more is wrong (§4.1.1.11).\nint d;\n"
    "// PIPELINING (RFC 2920) is in no RFC of ours, says RFC 5321's author.\n"
    'const char* why = "RFC 5321 §4.1.2";\n',
    "tests/smtp/grammar_test.cpp": "// RFC 5321 §4.1.2\nint table[] = {};\n\n"
    "// RFC 2034 §4: above its test.\nTEST(Grammar, Above) {\n}\n\n"
    "TEST_F(Grammar, Within) {\n  // RFC 5321 §3.3\n}\nint between;  // RFC 5321 §3.1\n",
    "tests/blackbox/wire_test.py": '"""RFC 5321 §2.1"""\n\nclass Wire(Case):\n'
    '    """RFC 5321 §2.2"""\n\n    def test_one(self):\n        """RFC 5321 §2.3"""\n\n'
    "    def helper(self):\n        pass  # RFC 5321 §2.4\n",
    "tests/transcripts/order.txt": "# RFC 5321 §4.1.4\n\n== A | B\n# RFC 5321 §4.5.1\nC: NOOP\n",
    "tests/house/some_test.py": "# RFC 9999, §1: a test of this tool\n",
}

# Where each section is kept, by those files.
ROWS = [
    "| §4 |  | `smtp.Grammar.Above` |",
    "| §6 | `include/quoth/smtp/limits.hpp` |  |",
    "| all | `src/smtp/grammar.cpp` |  |",
    "| §2.1 |  | `blackbox/wire_test.py` |",
    "| §2.2 |  | `blackbox/wire_test.py: Wire` |",
    "| §2.3 |  | `blackbox/wire_test.py: Wire.test_one` |",
    "| §2.4 |  | `blackbox/wire_test.py: Wire` |",
    "| §3.1 |  | `smtp/grammar_test.cpp` |",
    "| §3.3 |  | `smtp.Grammar.Within` |",
    "| §4.1.1.1 | `src/smtp/grammar.cpp` |  |",
    "| §4.1.1.11 | `src/smtp/grammar.cpp` |  |",
    "| §4.1.2 | `include/quoth/smtp/limits.hpp`, `src/smtp/grammar.cpp` |"
    " `smtp/grammar_test.cpp` |",
    "| §4.1.3 | `include/quoth/smtp/limits.hpp` |  |",
    "| §4.1.4 |  | `transcripts/order.txt` |",
    "| §4.5.1 |  | `transcripts/order.txt: A \\| B` |",
    "| §4.5.3.1.4 | `include/quoth/smtp/limits.hpp` |  |",
    "| §4.5.3.1.6 | `include/quoth/smtp/limits.hpp` |  |",
    "| Appendix C | `include/quoth/smtp/limits.hpp` |  |",
]

# A line, and what the complaint must say.
UNCLEAR = [
    ("int x;  // §4.1.1.9", "of which RFC?"),
    ("// Source routes (Appendix C).", "of which RFC?"),
    ("// RFC5321 §4.1", "a space goes between"),
    ("// RFC 5321 4.5.3.1.4", "written §1.2"),
    ("// RFC 5321, section 4.1", "written §1.2"),
    ("// RFC 5321 §four", "a number stands behind"),
    ("// SIZE (RFC 1870), 8BITMIME (6152)", "before each number"),
    ("// RFC 6531 (SMTPUTF8), 4954 (AUTH)", "before each number"),
    ("// RFC 9999 §1", "has no title"),
]

MUSTS = """
[[must]]
id = "5321-4.1.4-a"
says = "has an order."
tests = ["smtp.Grammar.Within", "transcripts/order.txt: A | B", "transcripts/order.txt"]

[[must]]
id = "5321-4.1.4-b"
says = "does more."

[[must]]
id = "5321-C-a"
says = "goes its way."
tests = ["blackbox/wire_test.py: Wire.test_one"]
note = "It is shown."
differs = "Not always."
"""

# A change of the requirements, and what the complaint must say.
BAD_MUSTS = [
    ("Grammar.Within", "Grammar.Gone", "5321-4.1.4-a: there is no test smtp.Grammar.Gone"),
    ("order.txt: A | B", "order.txt: A", "there is no test transcripts/order.txt: A"),
    ("Wire.test_one", "test_one", "there is no test blackbox/wire_test.py: test_one"),
    ("4.1.4-b", "4.1.4-a", "5321-4.1.4-a: ids are like"),
    ("5321-C-a", "5321-2.1-a", "5321-2.1-a: ids are like"),
    ("5321-C-a", "821-C-a", "821-C-a: ids are like"),
    ("does more.", "", "5321-4.1.4-b: `says` is a sentence"),
    ("note", "nota", "5321-C-a: there is no key nota"),
]


class RfcRefs(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.page = self.root / "docs/rfc.md"

    def run_on(self, files, *options):
        """Runs the tool over a tree of these files, and those of earlier runs."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, TOOL, "--root", self.root, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_lists_each_section_with_its_places(self):
        result = self.run_on(SOURCES)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        page = self.page.read_text(encoding="utf-8")
        rows = [line for line in page.splitlines() if line.startswith(("| §", "| App", "| all"))]
        whole = "| all | `src/smtp/grammar.cpp` |  |"  # of RFC 2920, and of RFC 5321
        self.assertEqual(sorted(rows), sorted([*ROWS, whole]))
        titles = [line[4:12] for line in page.splitlines() if line.startswith("### RFC")]
        self.assertEqual(titles, ["RFC 1870", "RFC 2034", "RFC 2920", "RFC 5321"])

    def test_sorts_sections_by_number_and_appendices_last(self):
        self.run_on({"src/a.cpp": "// RFC 5321 §10, §9.10, §9.2, Appendix F.2, Appendix C, §9\n"})
        page = self.page.read_text(encoding="utf-8")
        places = [page.index(f"| {section} |") for section in
                  ("§9", "§9.2", "§9.10", "§10", "Appendix C", "Appendix F.2")]
        self.assertEqual(places, sorted(places))

    def test_refuses_what_is_unclear(self):
        for line, complaint in UNCLEAR:
            with self.subTest(line=line):
                result = self.run_on({"src/ok.cpp": "// RFC 5321\n", "src/bad.cpp": f"\n{line}\n"})
                self.assertEqual(result.returncode, 1)
                self.assertIn("src/bad.cpp:2: ", result.stdout)
                self.assertIn(complaint, result.stdout)
                self.assertFalse(self.page.exists())

    def test_check_compares_and_writes_nothing(self):
        result = self.run_on(SOURCES, "--check")
        self.assertEqual(result.returncode, 1)
        self.assertIn("run tools/rfc-refs", result.stdout)
        self.assertFalse(self.page.exists())
        self.run_on({})
        self.assertEqual(self.run_on({}, "--check").returncode, 0)
        before = self.page.read_text(encoding="utf-8")
        result = self.run_on({"src/new.cpp": "// RFC 5321 §6.3\n"}, "--check")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.page.read_text(encoding="utf-8"), before)

    def test_lines_that_move_change_nothing(self):
        self.run_on(SOURCES)
        moved = {name: text.replace("\nint", "\n\n\nint") for name, text in SOURCES.items()}
        self.assertEqual(self.run_on(moved, "--check").returncode, 0)

    def test_lists_requirements_and_those_without_a_test(self):
        result = self.run_on({**SOURCES, "docs/rfc5321-must.toml": MUSTS})
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        page = self.page.read_text(encoding="utf-8")
        self.assertIn("3 requirements; 1 without a test.", page)
        self.assertIn("\n- 5321-4.1.4-b: does more.\n", page)
        self.assertIn("\n- 5321-C-a: goes its way. *Not always.*\n", page)
        self.assertIn("| 5321-4.1.4-a | has an order. | `smtp.Grammar.Within`, "
                      "`transcripts/order.txt: A \\| B`, `transcripts/order.txt` |", page)
        self.assertIn("| goes its way. *It is shown.* *Not always.* |", page)

    def test_refuses_requirements_that_cannot_be(self):
        for old, new, complaint in BAD_MUSTS:
            with self.subTest(complaint=complaint):
                musts = MUSTS.replace(old, new)
                result = self.run_on({**SOURCES, "docs/rfc5321-must.toml": musts})
                self.assertEqual(result.returncode, 1)
                self.assertIn(complaint, result.stdout)

    def test_empty_tree_fails(self):
        self.assertEqual(self.run_on({"README.md": "RFC 5321\n"}).returncode, 1)


if __name__ == "__main__":
    unittest.main()
