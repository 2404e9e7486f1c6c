"""The one command: what a person types, and what comes back."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from kentongan.cli import COMMANDS, make_parser

ROOT = Path(__file__).parent.parent
HEAVY = ("django", "pydantic", "requests", "lxml", "pyarrow", "rich", "feedparser")


def kentongan(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder, as a person would."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "kentongan", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the smallest configuration."""
    (tmp_path / "config.toml").write_text('[agency]\nname = "Dinas Uji"\ncontact = "humas@dinas.test"\n')
    return tmp_path


def test_help_lists_every_command_and_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom kentongan.cli import main\n"
        "try:\n    main(['--help'])\nfinally:\n"
        f"    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)\n"
    )
    reply = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert reply.stderr == "[]\n"
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name} " in reply.stdout
        assert summary in reply.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_takes(name: str, tmp_path: Path) -> None:
    reply = kentongan(name, "--help", folder=tmp_path)
    assert reply.returncode == 0, reply.stderr
    assert reply.stdout.startswith(f"usage: kentongan {name}")
    assert "--config FILE" in reply.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["docter"], 'kentongan: unknown command "docter" (did you mean "doctor"?)'),
        (["xyzzy"], 'kentongan: unknown command "xyzzy" (kentongan --help lists them)'),
        (["doctor", "--fast"], "kentongan doctor: unrecognized arguments: --fast (see kentongan doctor --help)"),
        (["--config"], "kentongan: argument --config: expected one argument (see kentongan --help)"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_code_two(arguments: list[str], sentence: str, office: Path) -> None:
    reply = kentongan(*arguments, folder=office)
    assert (reply.returncode, reply.stdout, reply.stderr) == (2, "", sentence + "\n")


def test_no_command_at_all_shows_the_help(tmp_path: Path) -> None:
    reply = kentongan(folder=tmp_path)
    assert reply.returncode == 2
    assert "commands:" in reply.stderr


@pytest.mark.parametrize("place", ["before", "after", "joined", "environment", "folder"])
def test_the_configuration_is_found_where_the_contract_says(place: str, office: Path) -> None:
    other = office / "elsewhere"
    other.mkdir()
    name = str(office / "config.toml")
    reply = {
        "before": lambda: kentongan("--config", name, "doctor", folder=other),
        "after": lambda: kentongan("doctor", "--config", name, folder=other),
        "joined": lambda: kentongan("doctor", f"--config={name}", folder=other),
        "environment": lambda: kentongan("doctor", folder=other, KENTONGAN_CONFIG=name),
        "folder": lambda: kentongan("doctor", folder=office),
    }[place]()
    assert f"{name}: 0 of 0 sources enabled" in reply.stdout, reply.stderr


def test_a_missing_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    reply = kentongan("doctor", folder=tmp_path)
    assert reply.returncode == 2
    assert reply.stderr.startswith("config.toml: there is no such file; copy the project's config.toml")
    assert reply.stderr.count("\n") == 1


def test_djangos_own_commands_pass_through(office: Path) -> None:
    reply = kentongan("migrate", "--config", str(office / "config.toml"), folder=office)
    assert "Applying storage.0001_initial... OK" in reply.stdout, reply.stderr
    assert (office / "data" / "kentongan.sqlite3").exists()


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for parser in iter_parsers():
        assert f"`{parser.prog.removeprefix('kentongan ')} " in page.replace("`\n", " `\n") or (
            f"`{parser.prog.removeprefix('kentongan ')}`" in page
        ), parser.prog
        for option in parser._option_string_actions:
            assert option in page or option in {"-h", "--help"}, f"{parser.prog} {option}"


def iter_parsers() -> list[argparse.ArgumentParser]:
    """The parser of every command and of every action of a command."""
    parsers = []
    for name in COMMANDS:
        parser = make_parser(name)
        inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        parsers += [one for action in inner for one in action.choices.values()] or [parser]
    return parsers
