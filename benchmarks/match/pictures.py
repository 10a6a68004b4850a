"""Draws the pictures of docs/matching.md from a run of the engine on a made-up pool business.

python benchmarks/match/pictures.py [FOLDER, docs/img unless given]
"""

import sys
from html import escape
from pathlib import Path

import numpy as np
from pool_business import Row, pool_business

from reconcile.matching import spec
from reconcile.matching.engine import Matches, match_columns
from reconcile.matching.evidence import PRIOR, RELATIVES, RIVALS

FOR, AGAINST, REST, INK = "#1f7a54", "#b3392f", "#5b6b7a", "#1d2733"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="sans-serif" font-size="13" fill="{2}">'


def columns(rows: list[Row]) -> dict[str, list[str]]:
    return {name: [row.get(name, "") for row in rows] for name in rows[0]}


def contributions(matches: Matches, pair: int) -> list[tuple[str, float]]:
    """What each part adds to the weight of one pair, in bits."""
    w = matches.weighed
    fields = [
        (comparison.levels[matches.levels[pair, f]].words, float(w.fields[pair, f]))
        for f, comparison in enumerate(spec.COMPARISONS)
        if matches.levels[pair, f] >= 0
    ]
    return [(PRIOR, w.prior), *fields, (RELATIVES, float(w.relatives[pair])), (RIVALS, float(w.rivals[pair]))]


def example(matches: Matches) -> int:
    """A chosen pair with much for it and something against it."""
    heavy = np.sort(matches.weighed.fields, axis=1)
    worth = np.where(
        matches.chosen & (matches.score > 0.98),
        (heavy > 1).sum(axis=1) + 3 * (heavy < -1).sum(axis=1) + (heavy < -3).sum(axis=1),
        0,
    )
    return int(np.argmax(worth))


def waterfall(parts: list[tuple[str, float]], score: float) -> str:
    """Bars from left to right, each beginning where the one above ends."""
    ends = np.cumsum([weight for _, weight in parts])
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    height = 34 * (len(parts) + 1) + 20

    def x(bits: float) -> float:
        return 300 + (bits - low) / (high - low) * 400

    lines = [
        HEAD.format(790, height, INK),
        f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="10" y2="{height - 40}" stroke="{REST}"/>',
    ]
    start = 0.0
    for row, ((words, weight), end) in enumerate(zip(parts, ends.tolist(), strict=True)):
        y, colour = 12 + 34 * row, FOR if weight > 0 else AGAINST
        lines.append(f'<text x="290" y="{y + 16}" text-anchor="end">{escape(words)}</text>')
        lines.append(
            f'<rect x="{x(min(start, end)):.1f}" y="{y}" width="{max(abs(x(end) - x(start)), 1):.1f}" height="22" fill="{colour}"/>'
        )
        lines.append(f'<text x="{x(max(start, end)) + 6:.1f}" y="{y + 16}">{weight:+.1f}</text>')
        start = end
    lines.append(f'<text x="290" y="{height - 16}" text-anchor="end" font-weight="bold">together</text>')
    lines.append(
        f'<text x="300" y="{height - 16}" font-weight="bold">{start:+.1f} bits: probability {score:.4f}</text></svg>'
    )
    return "\n".join(lines)


def histogram(scores: list[float], true: list[bool]) -> str:
    """Suggested pairs by score, true and false ones apart; heights are logarithmic, so that the few doubtful pairs show."""
    lines = [HEAD.format(790, 300, INK)]
    for k in range(20):
        inside = [t for s, t in zip(scores, true, strict=True) if k / 20 <= s < (k + 1) / 20 or (k == 19 and s == 1)]
        for offset, count, colour in ((0, sum(inside), FOR), (16, len(inside) - sum(inside), AGAINST)):
            tall = 60 * float(np.log10(count + 1))
            x = 40 + 36 * k + offset
            lines.append(f'<rect x="{x}" y="{250 - tall:.1f}" width="15" height="{tall:.1f}" fill="{colour}"/>')
            if count:
                lines.append(
                    f'<text x="{x + 7}" y="{244 - tall:.1f}" text-anchor="middle" font-size="10">{count}</text>'
                )
        lines.append(f'<text x="{40 + 36 * k}" y="268" font-size="11">{k / 20:.2f}</text>')
    lines.append(
        f'<text x="40" y="292"><tspan fill="{FOR}">true pairs</tspan> and <tspan fill="{AGAINST}">false pairs</tspan> by score</text></svg>'
    )
    return "\n".join(lines)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "docs" / "img"
    left, right, truth = pool_business(seed=1, size=2000, overlap=0.8)
    matches = match_columns(columns(left), columns(right))
    pair = example(matches)
    parts = contributions(matches, pair)
    (folder / "matching-weights.svg").write_text(waterfall(parts, float(matches.score[pair])), encoding="utf-8")
    chosen = np.flatnonzero(matches.chosen & (matches.score >= spec.SUGGEST))
    true = [(left[matches.left[k]]["id"], right[matches.right[k]]["id"]) in truth for k in chosen]
    (folder / "matching-scores.svg").write_text(histogram(matches.score[chosen].tolist(), true), encoding="utf-8")
    for row in (left[matches.left[pair]], right[matches.right[pair]]):
        print({name: value for name, value in row.items() if value})
    for words, weight in parts:
        print(f"{weight:+6.1f}  {words}")
    print(f"{sum(weight for _, weight in parts):+6.1f}  together: probability {matches.score[pair]:.4f}")


if __name__ == "__main__":
    main()
