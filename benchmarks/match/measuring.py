"""Runs a command as a process of its own and measures what it cost; scores suggested pairs against the truth."""

import csv
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RECONCILE = str(Path(sys.executable).with_name("reconcile"))
Row = dict[str, str]
Pair = tuple[str, str]
Labelled = tuple[list[Row], list[Row], set[Pair]]


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system) and peak memory in MB of one process."""

    seconds: float
    megabytes: float


def run(*command: str) -> Cost:
    """Runs to the end; a failing command ends the benchmark with its exit code."""
    process = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def read(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Quality:
    """Figures of one set; ``best`` is F1 at the best threshold, chosen with the truth.

    ``error_by_chance`` is the calibration error that perfectly right scores of so few pairs would show on average.
    """

    precision: float
    recall: float
    f1: float
    best: float
    auto_precision: float
    auto_share: float
    auto_right: int
    auto_wrong: int
    calibration_error: float
    error_by_chance: float


def match_files(kind: str, folder: Path) -> tuple[Quality, Cost]:
    """Matches left.csv and right.csv of a folder by the command and scores it against truth.csv."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "out.csv"
        cost = run(RECONCILE, "match", kind, str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(out))
        truth = {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")}
        return scored(read(out), truth), cost


def match_rows(kind: str, labelled: Labelled) -> tuple[Quality, Cost]:
    """Matches a set that is in memory."""
    with tempfile.TemporaryDirectory() as temporary:
        write_labelled(Path(temporary), labelled)
        return match_files(kind, Path(temporary))


def write_labelled(folder: Path, labelled: Labelled) -> None:
    """A labelled set as left.csv, right.csv and truth.csv."""
    left, right, truth = labelled
    for name, rows in (("left", left), ("right", right)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            columns = dict.fromkeys(["id", *(column for row in rows for column in row)])
            writer = csv.DictWriter(handle, list(columns), restval="")
            writer.writeheader()
            writer.writerows(rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("left_id", "right_id"), *sorted(truth)])


def scored(rows: Sequence[Row], truth: set[Pair]) -> Quality:
    """Scores suggested pairs (one to one, best first)."""
    found = [(float(row["score"]), (row["left_id"], row["right_id"]), row["decision"]) for row in rows]
    likely = {pair for score, pair, _ in found if score >= 0.5}
    auto = {pair for _, pair, decision in found if decision == "auto"}
    hits = len(likely & truth)
    best, so_far = 0.0, 0
    for n, (_, pair, _) in enumerate(sorted(found, reverse=True), start=1):
        so_far += pair in truth
        best = max(best, 2 * so_far / (n + len(truth)))
    return Quality(
        precision=hits / max(len(likely), 1),
        recall=hits / max(len(truth), 1),
        f1=2 * hits / max(len(likely) + len(truth), 1),
        best=best,
        auto_precision=len(auto & truth) / max(len(auto), 1) if auto else 1.0,
        auto_share=len(auto & truth) / max(len(truth), 1),
        auto_right=len(auto & truth),
        auto_wrong=len(auto - truth),
        calibration_error=calibration_error([(score, pair in truth) for score, pair, _ in found]),
        error_by_chance=error_by_chance([score for score, _, _ in found]),
    )


def error_by_chance(scores: Sequence[float], draws: int = 20) -> float:
    """Mean calibration error where each pair is true with exactly the probability that its score says."""
    dice = random.Random(1)
    return sum(calibration_error([(score, dice.random() < score) for score in scores]) for _ in range(draws)) / draws


def calibration_error(scores: Sequence[tuple[float, bool]], bins: int = 20) -> float:
    """Expected calibration error: how far score and share of true pairs lie apart, over twenty bins."""
    gap = [0.0] * bins
    for score, true in scores:
        gap[min(int(score * bins), bins - 1)] += score - true
    return sum(map(abs, gap)) / max(len(scores), 1)
