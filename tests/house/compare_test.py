"""bench/compare: what it makes of raw figures. Nothing is measured here."""

import pathlib
import sys
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from comparison import figures, measure, plots, report, scenarios  # noqa: E402

META = {
    "date": "2026-01-02", "machine": "2 cores", "command": "bench/compare",
    "versions": {"limit": "of bench/limit", "quoth": "0.1.0"},
    "missing": {"go-smtp": "apt-get install it"}, "failures": ["S7, quoth: RCPT: 550 (1×)"],
}


def samples(*values):
    return [None if value is None else {"value": value, "report": {}} for value in values]


def idle(count, before, after):
    value = (after - before) / count
    told = {"connections": count, "memory_before_kib": before, "memory_kib": after}
    return {"value": value, "report": {"idle": told}}


def example():
    return {
        "S1": {"limit": samples(80, 100, 60), "quoth": samples(100, 130, 84)},
        "S2": {"limit": samples(20, None, 30), "quoth": samples(30, 10, 60),
               "aiosmtpd": samples(None, None, None)},
        "M10": {"limit": [idle(10000, 2000, 3000)], "quoth": [idle(10000, 5000, 30000)]},
        "T1": {"quoth": samples(30, 40)},
        "T2": {"quoth": samples(33, 40)},
        "L": {"quoth": [{"value": 3.0, "report": {"scenario": {"rate": 12000}}}],
              "limit": [{"value": 2.0, "report": {"scenario": {"rate": 12000}}}]},
    }


class Figures(unittest.TestCase):
    def test_a_figure_is_of_the_rounds_that_worked(self):
        found = figures.figure(example(), "S2", "limit")
        self.assertEqual((found.median, found.least, found.most, found.count), (25, 20, 30, 2))

    def test_without_a_round_there_is_no_figure(self):
        self.assertIsNone(figures.figure(example(), "S2", "aiosmtpd"))
        self.assertIsNone(figures.figure(example(), "S3", "quoth"))

    def test_ratios_are_of_the_same_round(self):
        found = figures.ratio_figure(example(), scenarios.BY_KEY["S1"], "quoth")
        self.assertAlmostEqual(found.median, 1.3)
        self.assertAlmostEqual(found.least, 1.25)
        self.assertAlmostEqual(found.most, 1.4)

    def test_a_round_that_failed_has_no_ratio(self):
        found = figures.ratio_figure(example(), scenarios.BY_KEY["S2"], "quoth")
        self.assertEqual((found.count, found.least, found.most), (2, 1.5, 2.0))

    def test_the_ratio_of_the_least(self):
        scenario = scenarios.BY_KEY["S1"]
        self.assertAlmostEqual(figures.ratio_of_least(example(), scenario, "quoth"), 1.4)

    def test_two_threads_are_held_against_one(self):
        found = figures.ratio_figure(example(), scenarios.BY_KEY["T2"], "quoth")
        self.assertAlmostEqual(found.most, 1.1)

    def test_budgets(self):
        kept = {each.key: each.kept for each in figures.verdicts(example())}
        self.assertEqual(kept, {"S1": True, "S2": False, "M10": True, "T2": True, "L": True})


class Runs(unittest.TestCase):
    def test_what_is_held_against_another_follows_it_in_each_round(self):
        keys = [[s.key for s in block] for block in measure.blocks(scenarios.SCENARIOS)]
        self.assertIn(["T1", "T2"], keys)
        self.assertEqual(sum(keys, []), [scenario.key for scenario in scenarios.SCENARIOS])

    def test_a_run_has_two_messages_a_connection_at_least(self):
        self.assertEqual(measure.messages_for(10, 3, 50), 100)
        self.assertEqual(measure.messages_for(1000, 3, 50), 3000)

    def test_a_run_with_wrong_replies_does_not_count(self):
        wrong = {"unexpected": [{"command": "RCPT", "reply": "550 no\r\n", "count": 2}]}
        self.assertEqual(measure.complaint_of(wrong), "RCPT: 550 no (2×)")
        self.assertEqual(measure.complaint_of({"failed": 3}), "3 messages failed")
        self.assertEqual(measure.complaint_of({"unexpected": [], "failed": 0}), "")

    def test_a_figure_that_is_not_told_fails_the_run(self):
        with self.assertRaises(measure.RunFailed):
            measure.needed({"server": None}, "server", "cpu_us_per_message")
        self.assertEqual(measure.needed({"idle": {"kib_per_connection": 0.0}}, "idle",
                                        "kib_per_connection"), 0.0)


class Report(unittest.TestCase):
    def test_numbers_have_the_decimals_that_say_something(self):
        shown = [report.number(value) for value in (None, 0.094, 1.345, 12.34, 123.4, 30195.2)]
        self.assertEqual(shown, ["–", "0.09", "1.34", "12.3", "123", "30,195"])

    def test_all_rows_of_a_table_are_of_one_width(self):
        text = report.document(META, example())
        for block in text.split("\n\n"):
            if block.startswith("|"):
                self.assertEqual(len({line.count("|") for line in block.splitlines()}), 1, block)

    def test_it_says_what_failed_and_what_is_missing(self):
        text = report.document(META, example())
        self.assertIn("- failed: S7, quoth: RCPT: 550 (1×)", text)
        self.assertIn("- not measured: go-smtp (apt-get install it)", text)

    def test_cells(self):
        text = report.document(META, example())
        self.assertIn("| limit | 80.0 (60.0–100) | 25.0 (20.0–30.0) |", text)
        self.assertIn("| quoth | 1.30 | 1.75 |", text)
        self.assertIn("| 1.30 (1.25–1.40) | 1.40 | ≤ 1.50 × the limit | yes |", text)
        self.assertIn("| 2.50 (2.50–2.50) | 2.50 | ≤ 3.00 KiB | yes |", text)
        self.assertIn("at 12,000 messages a second", text)

    def test_nothing_measured_makes_a_page(self):
        self.assertIn("0 rounds", report.document(META, {}))

    def test_the_page_keeps_what_is_around_the_markers(self):
        page = f"before\n\n{report.BEGIN}\nold\n{report.END}\n\nafter\n"
        new = report.between_markers(page, "new")
        self.assertEqual(new, f"before\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\nafter\n")
        self.assertEqual(report.between_markers(new, "new"), new)
        with self.assertRaises(ValueError):
            report.between_markers("no markers", "new")

    def test_the_page_of_this_tree_has_the_markers(self):
        page = (ROOT / "docs" / "performance.md").read_text()
        self.assertIn("new", report.between_markers(page, "new"))


class Plots(unittest.TestCase):
    def texts(self, drawing):
        tree = ElementTree.fromstring(drawing)
        return [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]

    def test_processor_time(self):
        texts = self.texts(plots.cpu_plot(example()))
        for expected in ("S1", "S2", "limit", "quoth", "80.0", "100"):
            self.assertIn(expected, texts)
        self.assertNotIn("aiosmtpd", texts)

    def test_memory(self):
        texts = self.texts(plots.memory_plot(example()))
        for expected in ("0", "10,000", "without TLS", "with TLS", "quoth"):
            self.assertIn(expected, texts)

    def test_each_has_a_title_and_a_description(self):
        for drawing in (plots.cpu_plot(example()), plots.memory_plot(example())):
            self.assertIn('aria-labelledby="title desc"', drawing)
            self.assertIn('<title id="title">', drawing)
            self.assertIn('<desc id="desc">', drawing)

    def test_nothing_measured_nothing_drawn(self):
        self.assertIsNone(plots.cpu_plot({}))
        self.assertIsNone(plots.memory_plot({}))

    def test_higher_values_are_drawn_higher(self):
        scale = plots.LogScale([12, 800], plots.Area(0, 0, 100, 100))
        self.assertEqual([scale.y(10), scale.y(100), scale.y(1000)], [100, 50, 0])


if __name__ == "__main__":
    unittest.main()
