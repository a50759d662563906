"""docs/protocol-cases.md names tests that are there, and its cases once each."""

import ast
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "protocol-cases.md"
COUNT = 60


def names_in(file):
    """The conversations of a transcript, or the test methods of a script as Class.method."""
    text = file.read_text()
    if file.suffix == ".txt":
        return set(re.findall(r"^== (.*)$", text, re.MULTILINE))
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    methods = {node.name: {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
               for node in classes}
    for node in classes:
        for base in node.bases:
            methods[node.name] |= methods.get(getattr(base, "id", None), set())
    return {f"{name}.{method}" for name, all_ in methods.items() for method in all_}


class ProtocolCases(unittest.TestCase):
    def test_each_named_test_is_there(self):
        rows = "\n".join(line for line in PAGE.read_text().splitlines() if line.startswith("|"))
        named = re.findall(r"`(\w+/\w+\.(?:txt|py)): ([^`]+)`", rows)
        self.assertGreater(len(named), COUNT)
        for file, name in named:
            with self.subTest(file=file):
                self.assertIn(name, names_in(ROOT / "tests" / file))

    def test_each_case_stands_there_once(self):
        numbers = []
        for first, last in re.findall(r"^\| (\d+)(?:–(\d+))? \|", PAGE.read_text(), re.MULTILINE):
            numbers += range(int(first), int(last or first) + 1)
        self.assertEqual(numbers, list(range(1, COUNT + 1)))


if __name__ == "__main__":
    unittest.main()
