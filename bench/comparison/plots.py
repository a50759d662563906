"""Two plots as SVG, drawn without any library; legible on light and on dark ground."""

import dataclasses
import math
from xml.sax.saxutils import escape

from comparison.figures import figure, figure_of, measured_servers
from comparison.report import keys_of, number
from comparison.scenarios import BY_KEY

COLOURS = {
    "limit": "#6e7781", "quoth": "#d1495b", "smtp-sink": "#2e86ab", "go-smtp": "#e09f3e",
    "smtp-server": "#5a9367", "aiosmtpd": "#8d6fb8",
}
STYLE = """\
text { font: 12px sans-serif; fill: #24292f; }
.small { font-size: 10px; }
.title { font-size: 15px; font-weight: bold; }
.ground { fill: #ffffff; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .ground { fill: #0d1117; }
  .grid { stroke: #30363d; }
}"""

BARS_WIDTH, BARS_HEIGHT = 980, 440
PANEL_WIDTH, LINES_WIDTH, LINES_HEIGHT = 360, 980, 400


@dataclasses.dataclass(frozen=True)
class Area:
    """Where a plot's data go, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self):
        return self.top + self.height

    @property
    def right(self):
        return self.left + self.width


class LogScale:
    """From values to heights, from the power of ten below the least to the one above the most."""

    def __init__(self, values, area):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.area = area

    def y(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.area.bottom - max(part, 0) * self.area.height

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]


def text(x, y, words, *, anchor="middle", css="", turned=False):
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    css = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{css}{turn}>{escape(words)}</text>'


def grid(scale, area):
    for tick in scale.ticks():
        y = scale.y(tick)
        yield f'<line class="grid" x1="{area.left}" x2="{area.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield text(area.left - 6, y + 4, f"{tick:,g}", anchor="end", css="small")


def key_to_colours(names, x, y):
    """One line that says which colour is whose."""
    for name in names:
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{COLOURS[name]}"/>'
        yield text(x + 17, y, name, anchor="start")
        x += 40 + 8 * len(name)


def picture(width, height, title, description, parts):
    inner = "\n".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">
<title id="title">{escape(title)}</title>
<desc id="desc">{escape(description)}</desc>
<style>
{STYLE}
</style>
<rect class="ground" width="{width}" height="{height}"/>
{text(16, 24, title, anchor="start", css="title")}
{inner}
</svg>
"""


# Processor time by server


def bar(x, width, value, scale, fill, label):
    y = scale.y(value)
    height = scale.area.bottom - y
    yield (f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
           f'fill="{fill}"><title>{escape(label)}</title></rect>')
    yield text(x + width / 2 + 4, y - 4, number(value), anchor="start", css="small", turned=True)


def bar_group(results, key, names, left, width, scale):
    """The bars of one scenario, a gap at either side."""
    step = width / (len(names) + 1)
    for place, name in enumerate(names):
        found = figure(results, key, name)
        if found:
            label = f"{key}, {name}: {number(found.median)} µs"
            yield from bar(left + step * (place + 0.5), step * 0.86, found.median, scale,
                           COLOURS[name], label)
    yield text(left + width / 2, scale.area.bottom + 20, key)


def cpu_plot(results):
    """Processor time a message, by server and scenario; None without figures."""
    keys = keys_of("cpu", results)
    names = measured_servers(results, keys)
    values = [f.median for key in keys for name in names if (f := figure(results, key, name))]
    if not values:
        return None
    area = Area(70, 80, BARS_WIDTH - 90, BARS_HEIGHT - 130)
    scale = LogScale(values, area)
    parts = [*key_to_colours(names, 70, 50), *grid(scale, area),
             text(18, area.top + area.height / 2, "µs a message", turned=True)]
    width = area.width / len(keys)
    for place, key in enumerate(keys):
        parts += bar_group(results, key, names, area.left + place * width, width, scale)
    description = "; ".join(f"{key}: {BY_KEY[key].title}" for key in keys)
    return picture(BARS_WIDTH, BARS_HEIGHT, "Server processor time a message (logarithmic)",
                   description, parts)


# Memory over idle connections


def memory_points(results, name, tls):
    """(connections, MiB of the process) by rising connections, those before any included."""
    points = {}
    for key in keys_of("memory", results):
        if BY_KEY[key].tls != tls:
            continue
        idle = [sample["report"]["idle"] for sample in results[key].get(name, []) if sample]
        for count, field in ((0, "memory_before_kib"), (BY_KEY[key].idle, "memory_kib")):
            found = figure_of([each.get(field) for each in idle])
            if found:
                points[count] = found.median / 1024
    return sorted(points.items())


def curve(points, place, fill):
    """Straight between the points; on a logarithmic axis that is a curve, drawn by short steps."""
    steps = 24
    path = []
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        path += [place(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps)
                 for i in range(steps + 1)]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
    yield f'<polyline class="line" stroke="{fill}" points="{joined}"/>'
    for point in points:
        x, y = place(*point)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}"/>'


def panel(title, lines, area, scale, most):
    yield text(area.left + area.width / 2, area.top - 8, title)
    yield from grid(scale, area)
    for count in sorted({count for points in lines.values() for count, _ in points}):
        x = area.left + area.width * count / most
        yield text(x, area.bottom + 18, f"{count:,}", css="small")
    yield text(area.left + area.width / 2, area.bottom + 36, "idle connections")

    def place(count, mebibytes):
        return area.left + area.width * count / most, scale.y(mebibytes)

    for name, points in lines.items():
        yield from curve(points, place, COLOURS[name])


def memory_plot(results):
    """Memory of the server over idle connections, without and with TLS; None without figures."""
    names = measured_servers(results, keys_of("memory", results))
    panels = []
    for tls, title in ((False, "without TLS"), (True, "with TLS")):
        lines = {name: memory_points(results, name, tls) for name in names}
        panels.append((title, {name: points for name, points in lines.items() if points}))
    points = [point for _, lines in panels for line in lines.values() for point in line]
    if not points:
        return None
    most = max(count for count, _ in points) or 1
    parts = list(key_to_colours(names, 70, 50))
    for place, (title, lines) in enumerate(panels):
        area = Area(70 + place * (PANEL_WIDTH + 110), 95, PANEL_WIDTH, LINES_HEIGHT - 150)
        scale = LogScale([mebibytes for _, mebibytes in points], area)
        parts += panel(title, lines, area, scale, most)
    parts.append(text(18, LINES_HEIGHT / 2, "MiB (logarithmic)", turned=True))
    return picture(LINES_WIDTH, LINES_HEIGHT, "Server memory over idle connections",
                   "Proportional memory of the process, connections idle after EHLO", parts)
