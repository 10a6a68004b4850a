"""The one-page summary of a run, as a web page that needs nothing but itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from reconcile.reports.flag_words import flag_words, price_words
from reconcile.reports.histogram import Histogram, histogram
from reconcile.reports.place import placing


@dataclass(frozen=True, kw_only=True)
class ProposalCount:
    """How many proposals of one entity there are of one kind; ``suggested`` is link, create, update, unlink or skip."""

    entity: str
    suggested: str
    confidence: str
    count: int


@dataclass(frozen=True, kw_only=True)
class GateState:
    """A gate: open or not, and what holds it back in words."""

    name: str
    is_open: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How good the automatic links of the demo were, measured against the truth; both from 0 to 1."""

    entity: str
    precision: float
    recall: float


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Everything that the page says. Times are UTC and shown in ``timezone``.

    ``pulled`` is (system, entity, records); ``flags`` and ``price_classes`` map a name to its count; ``pushed``,
    ``waiting`` and ``failed`` map an entity to its writes, ``held`` to its records that cannot go; ``scores`` are probabilities by entity; ``reports`` is
    (what it is, path), shown as links relative to the page where they stand below it.
    """

    organisation: str
    tenant: str = ""
    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    timezone: str = "Australia/Sydney"
    pulled: Sequence[tuple[str, str, int]] = ()
    proposals: Sequence[ProposalCount] = ()
    gates: Sequence[GateState] = ()
    flags: Mapping[str, int] = field(default_factory=dict)
    price_classes: Mapping[str, int] = field(default_factory=dict)
    pushed: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    quality: Sequence[Quality] = ()
    scores: Mapping[str, Sequence[float]] = field(default_factory=dict)
    reports: Sequence[tuple[str, Path]] = ()
    problems: Sequence[str] = ()


def write_summary(path: Path, summary: Summary) -> Path:
    """Write the page, mode 0600, in place only when complete. Raises OSError."""
    page = render_summary(summary, beside=path.parent)
    with placing(path) as file:
        file.write(page.encode("utf-8", errors="replace"))
    return path


def render_summary(summary: Summary, *, beside: Path) -> str:
    """The page as HTML; links are relative to the folder ``beside``."""
    zone = ZoneInfo(summary.timezone)
    return _template().render(
        summary=summary,
        started=_moment(summary.started_at, zone),
        duration=_duration(summary),
        systems=_by_system(summary.pulled),
        entities=_by_entity(summary.proposals),
        pictures=[_picture(entity, scores) for entity, scores in summary.scores.items() if scores],
        links=[(what, _relative(path, beside), path.name) for what, path in summary.reports],
        closed=[gate for gate in summary.gates if not gate.is_open],
        to_decide=sum(p.count for p in summary.proposals),
        safe=sum(p.count for p in summary.proposals if _is_safe(p)),
        held=[(entity, count) for entity, count in summary.held.items() if count],
        pushes=_pushes(summary),
    )


def _is_safe(count: ProposalCount) -> bool:
    return count.suggested == "link" and count.confidence == "auto"


def _by_system(pulled: Sequence[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for system, entity, count in pulled:
        table.setdefault(entity, {})[system] = count
    return table


def _by_entity(counts: Sequence[ProposalCount]) -> dict[str, dict[str, int]]:
    """Per entity: the safe links, those to review, the creates, and everything else by its name."""
    table: dict[str, dict[str, int]] = {}
    for count in counts:
        line = table.setdefault(count.entity, {"safe": 0, "review": 0, "create": 0, "other": 0})
        if count.suggested == "create":
            line["create"] += count.count
        elif count.suggested == "link":
            line["safe" if count.confidence == "auto" else "review"] += count.count
        else:
            line["other"] += count.count
    return table


def _pushes(summary: Summary) -> dict[str, tuple[int, int, int]]:
    entities = dict.fromkeys([*summary.pushed, *summary.waiting, *summary.failed])
    return {e: (summary.pushed.get(e, 0), summary.waiting.get(e, 0), summary.failed.get(e, 0)) for e in entities}


def _picture(entity: str, scores: Sequence[float]) -> Histogram:
    title = f"{entity}: how sure we are, from 0 (different) to 1 (the same), over {len(scores)} suggestions"
    return histogram(scores, title)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%a %d %b %Y, %H:%M %Z")


def _duration(summary: Summary) -> str:
    if summary.finished_at is None:
        return ""
    seconds = int((summary.finished_at - summary.started_at).total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"


def _relative(path: Path, folder: Path) -> str:
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path.absolute()
    return shown.as_posix() if not shown.is_absolute() else shown.as_uri()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("reconcile.reports"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"flag": flag_words, "price_words": price_words}
    return environment.get_template("summary.html")
