"""Series of numbers as an SVG: a panel a series, both axes logarithmic, the fitted line behind the points."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, COLUMNS = 380, 250, 2
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 34, 44
STYLE = """text { font: 12px sans-serif; fill: #444 } .title { font-weight: bold } .grid { stroke: #999; stroke-opacity: 0.35 }
.fit { fill: none; stroke: #999; stroke-width: 2; stroke-dasharray: 5 4 } .line { fill: none; stroke: #2277bb; stroke-width: 1.5 }
.dot { fill: #2277bb } .back { fill: #fff }
@media (prefers-color-scheme: dark) { text { fill: #ccc } .line { stroke: #66bbee } .dot { fill: #66bbee } .back { fill: #181818 } }"""


def short(number):
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:g}{suffix}"
    return f"{number:g}"


class Axis:
    """From numbers to places, by decades; ticks at whole ones, and finer ones where those are few."""

    def __init__(self, numbers, place_0, place_1):
        low, high = math.log10(min(numbers)), math.log10(max(numbers))
        room = max(0.15, 0.06 * (high - low))
        self.low, self.high, self.place_0, self.place_1 = low - room, high + room, place_0, place_1

    def __call__(self, number):
        share = (math.log10(number) - self.low) / (self.high - self.low)
        return self.place_0 + share * (self.place_1 - self.place_0)

    def ticks(self):
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        every = 1 if len(decades) < 7 else 2
        for steps in ((1,), (1, 2, 5), range(1, 10), [1 + i / 10 for i in range(90)]):
            ticks = [step * 10.0 ** decade for decade in decades if decade % every == 0 for step in steps]
            ticks = [tick for tick in ticks if self.low <= math.log10(tick) <= self.high]
            if len(ticks) > 2:
                break
        return ticks


def panel(series, left, top):
    points = [(x, y) for x, y in series["points"] if x > 0 and y > 0]
    parts = [f'<g transform="translate({left},{top})">', f'<text class="title" x="{LEFT}" y="20">{escape(series["name"])} ({escape(series["unit"])})</text>']
    if len(points) < 2:
        return parts + ['<text x="62" y="60">too few numbers</text></g>']
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    for tick in across.ticks():
        parts.append(f'<line class="grid" x1="{across(tick):.1f}" x2="{across(tick):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
                     f'<text x="{across(tick):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{short(tick)}</text>')
    for tick in up.ticks():
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>'
                     f'<text x="{LEFT - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">{short(tick)}</text>')
    if series["fit"]:
        a, b, deviation = series["fit"]
        lowest, highest = points[0][0], points[-1][0]
        curve = [lowest * (highest / lowest) ** (i / 60) for i in range(61)]
        low_y, high_y = 10 ** up.low, 10 ** up.high
        path = " ".join(f"{across(x):.1f},{up(a + b * x):.1f}" for x in curve if low_y <= a + b * x <= high_y)
        parts.append(f'<polyline class="fit" points="{path}"/>')
        goal = series.get("goal") or {}
        said = f"line off by {deviation:.0f} %" if goal.get("value") is None else f"{goal['name'].partition(',')[0]}: {goal['value']:.2f}"
        parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{escape(said)}</text>')
    parts.append('<polyline class="line" points="' + " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points) + '"/>')
    parts += [f'<circle class="dot" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3"/>' for x, y in points]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(series["x"])}</text></g>')
    return parts


def write_plot(path, series):
    rows = (len(series) + COLUMNS - 1) // COLUMNS
    width, height = COLUMNS * WIDTH, max(1, rows) * HEIGHT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
             f"<style>{STYLE}</style>", f'<rect class="back" width="{width}" height="{height}"/>']
    for i, one in enumerate(series):
        parts += panel(one, i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n</svg>\n")
