"""Charts as SVG: lines over one axis, readable on a light and on a dark page."""

import math
from pathlib import Path

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 64, 170, 64, 52
COLORS = ["#d1242f", "#0969da", "#8250df", "#1a7f37", "#9a6700", "#57606a"]


def write(path: Path, title: str, x_label: str, y_label: str, lines: dict[str, list[tuple[float, float]]]) -> None:
    """Writes a chart with a logarithmic scale on both axes. Points without a figure are left out."""
    lines = {name: [(x, y) for x, y in points if y > 0] for name, points in lines.items()}
    points = [point for line in lines.values() for point in line]
    x_ends = ends(x for x, _ in points)
    y_ends = ends(y for _, y in points)
    place = lambda value, low, high: (math.log10(value) - low) / (high - low)
    x_of = lambda x: LEFT + place(x, *x_ends) * (WIDTH - LEFT - RIGHT)
    y_of = lambda y: HEIGHT - BOTTOM - place(y, *y_ends) * (HEIGHT - TOP - BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="bold" fill="#1f2328">{title}</text>',
    ]
    for power in range(x_ends[0], x_ends[1] + 1):
        x = x_of(10.0**power)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#d8dee4"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#57606a">{number(power)}</text>')
    for power in range(y_ends[0], y_ends[1] + 1):
        y = y_of(10.0**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8dee4"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{number(power)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle" fill="#1f2328">{x_label}</text>')
    parts.append(f'<text x="{LEFT - 48}" y="{TOP - 16}" fill="#1f2328">{y_label}</text>')
    labels = place_labels({name: y_of(line[-1][1]) for name, line in lines.items() if line})
    for (name, line), color in zip(lines.items(), COLORS):
        if not line:
            continue
        path_data = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path_data}" fill="none" stroke="{color}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="3.5" fill="{color}"/>' for x, y in line]
        x = x_of(line[-1][0]) + 10
        parts.append(f'<text x="{x:.1f}" y="{labels[name] + 4:.1f}" fill="{color}">{name}</text>')
    path.write_text("\n".join([*parts, "</svg>", ""]))


def ends(values) -> tuple[int, int]:
    """The powers of ten around some values."""
    values = list(values)
    low, high = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def number(power: int) -> str:
    """A power of ten as it is written on an axis."""
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"


def place_labels(wanted: dict[str, float], gap: float = 16) -> dict[str, float]:
    """Moves labels apart that would cover each other."""
    placed: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(wanted.items(), key=lambda item: item[1]):
        last = placed[name] = max(y, last + gap)
    return placed
