"""The tables of docs/performance.md, from raw figures."""

from comparison.figures import (
    figure, measured_servers, ratio_figure, ratio_of_least, verdicts)
from comparison.scenarios import BY_KEY, SCENARIOS

BEGIN = "<!-- bench/compare: begin; what follows is written by it -->"
END = "<!-- bench/compare: end -->"
NOTHING = "–"


def number(value):
    """Three figures at least, no more decimals than say something."""
    if value is None:
        return NOTHING
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def with_spread(found):
    if found is None:
        return NOTHING
    return f"{number(found.median)} ({number(found.least)}–{number(found.most)})"


def table(head, rows):
    """Markdown; the first column is text, the others are figures."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def keys_of(kind, results):
    return [s.key for s in SCENARIOS if s.kind == kind and s.servers is None and s.key in results]


def costs(results):
    """Processor time a message by server: median, least and most."""
    keys = keys_of("cpu", results)
    rows = []
    for name in measured_servers(results, keys):
        rows.append([name, *(with_spread(figure(results, key, name)) for key in keys)])
    return table(["µs a message", *keys], rows)


def ratio_table(results):
    keys = keys_of("cpu", results)
    rows = []
    for name in measured_servers(results, keys):
        if name == "limit":
            continue
        found = [ratio_figure(results, BY_KEY[key], name) for key in keys]
        rows.append([name, *(number(each.median if each else None) for each in found)])
    return table(["times the limit", *keys], rows)


def memory_table(results):
    keys = keys_of("memory", results)
    rows = []
    for name in measured_servers(results, keys):
        found = [figure(results, key, name) for key in keys]
        rows.append([name, *(number(each.median if each else None) for each in found)])
    return table(["KiB a connection", *(BY_KEY[key].title for key in keys)], rows)


def unit_of(scenario):
    if not scenario.against:
        return "KiB"
    return "× the limit" if scenario.against == "limit" else f"× {scenario.against}"


def budget_row(results, found):
    scenario = BY_KEY[found.key]
    least = ratio_of_least(results, scenario, "quoth") if scenario.against else found.shown.least
    return [f"{found.key}: {scenario.title}", with_spread(found.shown), number(least),
            f"≤ {number(found.budget)} {unit_of(scenario)}", "yes" if found.kept else "**no**"]


def budgets(results):
    rows = [budget_row(results, found) for found in verdicts(results)]
    return table(["Quoth", "median (least–most)", "of the least", "budget", "kept"], rows)


def threads_and_latency(results):
    """What stands behind the budgets of T2 and L."""
    lines = []
    for name in ("limit", "quoth"):
        one, two = figure(results, "T1", name), figure(results, "T2", name)
        if one and two:
            lines.append(f"- Threads, {name}: {with_spread(one)} µs a message with one thread, "
                         f"{with_spread(two)} with two.")
        late = figure(results, "L", name)
        if late:
            rate = results["L"][name][-1]
            rate = rate and rate["report"]["scenario"]["rate"]
            lines.append(f"- Latency, {name}: 99th percentile {with_spread(late)} ms"
                         + (f", at {rate:,.0f} messages a second." if rate else "."))
    return "\n".join(lines)


def legend(results):
    keys = keys_of("cpu", results)
    return "\n".join(f"- {key}: {BY_KEY[key].title}" for key in keys)


def facts(meta):
    lines = [f"- {name} {version}" for name, version in meta["versions"].items()]
    lines += [f"- not measured: {name} ({why})" for name, why in meta.get("missing", {}).items()]
    lines += [f"- failed: {failure}" for failure in meta.get("failures", [])]
    return "\n".join(lines)


def rounds_of(results):
    counts = {len(samples) for servers in results.values() for samples in servers.values()}
    most = max(counts, default=0)
    return f"{most} round" if most == 1 else f"{most} rounds"


def plots(names):
    return "\n\n".join(f"![{text}]({path})" for text, path in names)


def document(meta, results, images=()):
    """What stands between the markers."""
    head = f"{meta['date']}, {meta['machine']}; {rounds_of(results)}, `{meta['command']}`:"
    parts = [head, facts(meta)]
    if verdicts(results):
        parts += ["### Budgets", budgets(results), threads_and_latency(results)]
    if keys_of("cpu", results):
        parts += ["### Processor time", legend(results), costs(results), ratio_table(results)]
    if keys_of("memory", results):
        parts += ["### Memory of idle connections", memory_table(results)]
    parts.append(plots(images))
    return "\n\n".join(part for part in parts if part)


def between_markers(page, text):
    """The page with `text` between its markers. @raises ValueError if it has none"""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
