"""Report files that would come out as they are already: copied from an earlier run instead of being made again.

A file is copied only while what it rests on is the same and the file itself is as it was written: one that somebody has filled in
since is made anew.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reconcile.content import canonical
from reconcile.reports.place import placing
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.sync_quiet import note_reports, noted_reports


def copy_kept(services: Services, what: str, state: str, folder: Path, run_id: str) -> dict[str, Any] | None:
    """Copy the files of a report into the folder of a run, under its id; answers what was noted with them.

    Paths are under ``paths``. None when there is nothing to copy, or not all of it is as it was. Raises OSError.
    """
    with reading(services.engine) as session:
        noted = noted_reports(session, services.org_id, what, state)
    if noted is None:
        return None
    base = services.settings.reports_dir
    if any(not is_file_of(base / name, sha256) for name, sha256 in noted["files"]):
        return None
    before = base / noted["folder"]
    return noted | {"paths": [_copy(base / name, before, folder, noted["run"], run_id) for name, _ in noted["files"]]}


def is_file_of(path: Path, sha256: str) -> bool:
    """Whether a file is there and holds what it held when it was written."""
    return path.is_file() and _sha256(path) == sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(path: Path, before: Path, folder: Path, old_run: str, run_id: str) -> Path:
    place = folder / path.relative_to(before)
    place = place.with_name(place.name.replace(old_run, run_id))
    if place == path:
        return path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("rb") as source, placing(place) as target:
        shutil.copyfileobj(source, target)
    return place


def note_kept(
    services: Services, what: str, state: str, folder: Path, run_id: str, paths: Sequence[Path], more: Mapping[str, Any]
) -> None:
    """Note the files of a report, what they rest on, and what else is to be known when they are copied.

    Files outside the reports' own folder are somebody else's and are not noted.
    """
    base = services.settings.reports_dir
    if not folder.is_relative_to(base):
        return
    files = [[path.relative_to(base).as_posix(), _sha256(path)] for path in paths]
    noted = {**more, "files": files, "folder": folder.relative_to(base).as_posix(), "run": run_id}
    with writing(services.engine) as session:
        note_reports(session, services.org_id, what, state, canonical(json.loads(json.dumps(noted))))
