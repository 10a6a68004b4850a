"""``reconcile match`` as it is called: real files, a real process's exit code."""

import csv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.match import match

HEADER = "id,name,email,phone\n"
LEFT = HEADER + "1,John Smith,john@smith.com,0412 345 678\n2,Ann Fox,ann@fox.com,\n"
RIGHT = HEADER + 'x,"Smith, John",JOHN@smith.com,+61412345678\ny,Ann Fox,ann@fox.com,\n'
APP = typer.Typer()
APP.command()(match)


def run(folder: Path, left: bytes | str, right: bytes | str = RIGHT) -> Result:
    for name, content in (("left.csv", left), ("right.csv", right)):
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(
        APP, ["contacts", str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(folder / "out.csv")]
    )


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("left", [LEFT, LEFT.replace("\n", "\r\n"), "\ufeff" + LEFT, LEFT.rstrip("\n"), LEFT + "\n\n"])
def test_two_files_become_suggested_pairs(tmp_path: Path, left: str) -> None:
    assert run(tmp_path, left).exit_code == 0
    found = rows(tmp_path)
    assert list(found[0]) == ["left_id", "right_id", "score", "decision", "reasons", "against"]
    assert {(row["left_id"], row["right_id"]) for row in found} == {("1", "x"), ("2", "y")}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path, LEFT)
    first = (tmp_path / "out.csv").read_bytes()
    header, *body = LEFT.splitlines()
    run(tmp_path, "\n".join([header, *reversed(body)]))
    assert (tmp_path / "out.csv").read_bytes() == first


def test_unknown_columns_are_named_and_ignored(tmp_path: Path) -> None:
    result = run(tmp_path, "id,name,shoe size\n1,Ann Fox,38\n")
    assert result.exit_code == 0
    assert "ignored columns: shoe size" in result.stderr


@pytest.mark.parametrize(
    ("left", "where"),
    [
        ("", "empty"),
        ("name,email\nAnn,a@b.c\n", "no column id"),
        ("id,name\n1,Ann\n1,Bob\n", "row 3, column id: '1' is already in row 2"),
        ("id,name\n1,Ann\n,Bob\n", "row 3, column id: empty"),
        ("id,name,name\n1,Ann,Bob\n", "column name twice"),
        ("id,name\n1,Ann,x,y\n", "row 2 has 4 cells, the header 2"),
        (b"id,name\n1,Jos\xe9\n", "row 2: not UTF-8"),
        (b"id,name\n1,A\x00nn\n", "row 2: holds a NUL"),
        ('id,name\n1,"Ann\n', "row"),
    ],
)
def test_unusable_files_are_refused_with_place_and_remedy(tmp_path: Path, left: bytes | str, where: str) -> None:
    result = run(tmp_path, left)
    assert result.exit_code == 2
    assert where in result.stderr
    assert "left.csv" in result.stderr
    assert not (tmp_path / "out.csv").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["left.csv", "right.csv"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "right.csv").write_text(RIGHT)
    result = CliRunner().invoke(
        APP, ["contacts", str(tmp_path / "no.csv"), str(tmp_path / "right.csv"), "--out", str(tmp_path / "out.csv")]
    )
    assert result.exit_code == 2
    assert "no.csv" in result.stderr


def test_an_unwritable_target_is_named(tmp_path: Path) -> None:
    for name, content in (("left.csv", LEFT), ("right.csv", RIGHT)):
        (tmp_path / name).write_text(content)
    target = tmp_path / "no folder" / "out.csv"
    result = CliRunner().invoke(
        APP, ["contacts", str(tmp_path / "left.csv"), str(tmp_path / "right.csv"), "--out", str(target)]
    )
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_ids_that_a_spreadsheet_would_run_are_made_safe(tmp_path: Path) -> None:
    run(tmp_path, HEADER + "=1+1,Ann Fox,ann@fox.com,\n", HEADER + "@y,Ann Fox,ann@fox.com,\n")
    assert rows(tmp_path)[0]["left_id"] == "'=1+1"
    assert rows(tmp_path)[0]["right_id"] == "'@y"


def test_empty_sides_give_a_header_only(tmp_path: Path) -> None:
    assert run(tmp_path, HEADER).exit_code == 0
    assert rows(tmp_path) == []
