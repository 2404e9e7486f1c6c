"""The project as a newcomer finds it: its commands, its lists of dependencies, its documents."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kentongan import __version__

ROOT = Path(__file__).parent.parent
LISTS = ["requirements.txt", "requirements-dev.txt"]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def plan(target: str) -> str:
    """What `make TARGET` would do, with everything installed."""
    asked = subprocess.run(["make", "-n", "-B", target], cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout


@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("run", "kentongan run --config config.toml"),
        ("demo", "kentongan demo"),
        ("test", "pytest -rs --database=postgresql"),
    ],
)
def test_a_command_of_the_readme_installs_what_it_needs_and_runs(target: str, command: str) -> None:
    assert f"make {target}" in (ROOT / "README.md").read_text(encoding="utf-8")
    steps = plan(target)
    assert command in steps
    assert "--require-hashes -r requirements.txt" in steps


def test_the_lists_of_dependencies_are_complete() -> None:
    asked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout


@pytest.mark.parametrize("name", LISTS)
def test_every_dependency_is_pinned_with_hashes_and_no_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9][^\n]*", text, re.MULTILINE)
    assert pins
    assert all("==" in pin for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "index" not in text


def test_what_is_developed_with_has_the_versions_that_run() -> None:
    run, develop = (set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LISTS)
    assert run <= develop


def test_the_version_is_said_once() -> None:
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert described["project"]["version"] == __version__


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_that_a_document_names_is_there(path: Path) -> None:
    named = re.findall(
        r"`((?:docs|bench|tests|collectors|pipeline|storage|reports|kentongan)/[\w./-]+)`", path.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))
