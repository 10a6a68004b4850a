"""Small pictures of runs: how sure the suggestions are, and how the last nights went. Counts only."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from reconcile.reports.histogram import BOTTOM, HEIGHT, LEFT, WIDTH, histogram

COLOURS = ("#2f6fab", "#c2573a", "#6b8e23", "#7d5ba6")


@dataclass(frozen=True)
class Night:
    """What stood after one nightly run, by name."""

    label: str
    counts: Mapping[str, int]


def score_picture(scores: Sequence[float], title: str) -> str:
    """A histogram of match scores as SVG."""
    drawn = histogram(scores, title)
    bars = "".join(
        f'<rect x="{b.x:.1f}" y="{b.y:.1f}" width="{b.width:.1f}" height="{b.height:.1f}" fill="{COLOURS[0]}">'
        f"<title>{escape(b.meaning)}</title></rect>"
        for b in drawn.bars
    )
    return _svg(
        title, bars + _text(0, 14, str(drawn.highest)) + _text(LEFT, HEIGHT - 8, "0: different") + _end("1: the same")
    )


def trend_picture(nights: Sequence[Night], names: Sequence[str], title: str) -> str:
    """One line per name over the nights, oldest left, as SVG."""
    highest = max([1, *(night.counts.get(name, 0) for night in nights for name in names)])
    lines = "".join(
        _line(nights, name, COLOURS[i % len(COLOURS)], highest, 30 + 16 * i) for i, name in enumerate(names)
    )
    ends = _text(LEFT, HEIGHT - 8, nights[0].label) + _end(nights[-1].label) if nights else ""
    return _svg(title, lines + _text(0, 14, str(highest)) + ends)


def as_data_url(svg: str) -> str:
    """A picture that needs no file and no host."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _line(nights: Sequence[Night], name: str, colour: str, highest: int, legend_y: int) -> str:
    step = (WIDTH - LEFT) / max(1, len(nights) - 1)
    room = HEIGHT - BOTTOM - 20
    points = " ".join(
        f"{LEFT + i * step:.1f},{HEIGHT - BOTTOM - room * night.counts.get(name, 0) / highest:.1f}"
        for i, night in enumerate(nights)
    )
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{LEFT + 8}" y="{legend_y}" font-size="12" fill="{colour}">{escape(name)}</text>'
    )


def _text(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="12" fill="#444">{escape(words)}</text>'


def _end(words: str) -> str:
    return f'<text x="{WIDTH}" y="{HEIGHT - 8}" font-size="12" fill="#444" text-anchor="end">{escape(words)}</text>'


def _svg(title: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif"><title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>{inside}</svg>'
    )
