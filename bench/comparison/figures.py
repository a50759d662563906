"""Statistics over raw figures; no processes, clocks or files.

Raw figures are `results` of measure.Comparison: a sample each round, or None where it failed.
"""

import dataclasses
import statistics

from comparison.scenarios import BY_KEY, SCENARIOS


@dataclasses.dataclass(frozen=True)
class Figure:
    """Several measurements of one thing."""

    median: float
    least: float
    most: float
    count: int


def figure_of(values):
    """None if there are none."""
    values = [value for value in values if value is not None]
    if not values:
        return None
    return Figure(statistics.median(values), min(values), max(values), len(values))


def values_of(results, key, server):
    """A value for each round, None where there is none."""
    samples = results.get(key, {}).get(server, [])
    return [None if sample is None else sample["value"] for sample in samples]


def figure(results, key, server):
    return figure_of(values_of(results, key, server))


def ratios(values, references):
    """One for each round that has both: what the machine does to one it does to the other."""
    return [value / reference for value, reference in zip(values, references)
            if value is not None and reference]


def references_of(results, scenario, server):
    """What a server's values of a scenario are held against; None: nothing."""
    if not scenario.against:
        return None
    if scenario.against == "limit":
        return values_of(results, scenario.key, "limit")
    return values_of(results, scenario.against, server)


def ratio_figure(results, scenario, server):
    """Of the ratios of the rounds; None without a round that has both."""
    references = references_of(results, scenario, server)
    if references is None:
        return None
    return figure_of(ratios(values_of(results, scenario.key, server), references))


def ratio_of_least(results, scenario, server):
    """The least value of all rounds against the least reference."""
    references = figure_of(references_of(results, scenario, server) or [])
    values = figure(results, scenario.key, server)
    return values.least / references.least if values and references else None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How Quoth stands to one budget. `shown`: what is held against it, a ratio or the figure."""

    key: str
    shown: Figure
    budget: float

    @property
    def kept(self):
        return self.shown.median <= self.budget


def verdict(results, key):
    """None if the scenario has no budget or was not measured."""
    scenario = BY_KEY[key]
    if scenario.budget is None:
        return None
    shown = ratio_figure(results, scenario, "quoth") if scenario.against else figure(
        results, key, "quoth")
    return None if shown is None else Verdict(key, shown, scenario.budget)


def verdicts(results):
    found = (verdict(results, scenario.key) for scenario in SCENARIOS)
    return [each for each in found if each is not None]


def measured_servers(results, keys):
    """Names in the order in which they took turns, of those with a figure for one of the keys."""
    names = dict.fromkeys(name for key in keys for name in results.get(key, {}))
    return [name for name in names if any(figure(results, key, name) for key in keys)]
