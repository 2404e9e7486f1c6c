"""config.toml: what is right becomes frozen objects, what is wrong is one sentence that says what would be right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kentongan.config import SECTIONS, Config, ConfigError, load_config
from kentongan.reference import render_reference

ROOT = Path(__file__).parent.parent
AGENCY = '[agency]\nname = "Dinas Uji"\ncontact = "humas@dinas.test"\n'
SOURCE = '[[sources]]\nname = "koran"\nkind = "feed"\nurl = "https://koran.test/feed"\n'


def load(folder: Path, text: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "config.toml")


def refuse(folder: Path, text: str) -> str:
    """The problems of a wrong file, with its own folder left out of the sentences."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def test_the_smallest_file_has_every_default(tmp_path: Path) -> None:
    config = load(tmp_path, AGENCY + SOURCE)
    assert config.collecting.every == timedelta(minutes=15)
    assert config.storage.url == "sqlite:///data/kentongan.sqlite3"
    assert str(config.agency.timezone) == "Asia/Jakarta"
    (spec,) = config.get_specs()
    assert (spec.name, spec.kind, spec.channel, spec.keep, spec.zone) == (
        "koran",
        "feed",
        "website",
        "all",
        config.agency.timezone,
    )


@pytest.mark.parametrize(("channel", "keep"), [("website", "all"), ("news", "matching"), ("social", "matching")])
def test_only_the_agencys_own_website_is_kept_whole_by_itself(tmp_path: Path, channel: str, keep: str) -> None:
    source = load(tmp_path, AGENCY + SOURCE + f'channel = "{channel}"').sources[0]
    assert source.keep == keep
    assert load(tmp_path, AGENCY + SOURCE + f'channel = "{channel}"\nkeep = "all"').sources[0].keep == "all"


def read_cases() -> list[tuple[str, str]]:
    """Each wrong configuration of the file with the sentences it must give."""
    cases = (ROOT / "tests" / "data" / "config" / "wrong.txt").read_text(encoding="utf-8").split("===\n")[1:]
    pairs = [case.partition("---\n") for case in cases]
    return [(text.replace("{source}\n", SOURCE), sentence.strip()) for text, _, sentence in pairs]


WRONG = read_cases()


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence[:90] for _, sentence in WRONG])
def test_a_mistake_is_named_with_what_would_be_right(tmp_path: Path, text: str, sentence: str) -> None:
    told = refuse(tmp_path, AGENCY + text)
    assert told == sentence
    assert "s3cret" not in told


def test_a_file_that_is_no_toml_is_named_with_the_line(tmp_path: Path) -> None:
    assert "(at line 4, column" in refuse(tmp_path, AGENCY + "[agency\n")


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes('[agency]\nname = "é"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="not saved as UTF-8"):
        load_config(tmp_path / "config.toml")


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(AGENCY, encoding="utf-8-sig")
    assert load_config(tmp_path / "config.toml").agency.name == "Dinas Uji"


def test_a_missing_agency_says_every_key_it_needs(tmp_path: Path) -> None:
    told = refuse(tmp_path, SOURCE).splitlines()
    assert [line.partition(" is missing")[0] for line in told] == [
        'config.toml, [agency]: the key "name"',
        'config.toml, [agency]: the key "contact"',
    ]


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORAN_TOKEN", "s3cret")
    assert load(tmp_path, AGENCY + SOURCE + 'token_env = "KORAN_TOKEN"').get_specs()[0].token == "s3cret"
    (tmp_path / "token").write_text("abc\n")
    assert load(tmp_path, AGENCY + SOURCE + 'token_file = "token"').get_specs()[0].token == "abc"


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ('token_env = "KORAN_TOKEN"', "the environment variable KORAN_TOKEN (token_env) is not set"),
        ('token_file = "nowhere"', "cannot be read: No such file or directory"),
    ],
)
def test_a_missing_secret_names_its_source(tmp_path: Path, key: str, sentence: str) -> None:
    config = load(tmp_path, AGENCY + SOURCE + key)
    with pytest.raises(ConfigError) as caught:
        config.get_specs()
    assert str(caught.value).startswith('config.toml, [[sources]] "koran": ')
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("cron", "gap"),
    [
        ("*/5 * * * *", timedelta(minutes=5)),
        ("0 7-17 * * *", timedelta(hours=14)),
        ("0 7 * * *", timedelta(hours=24)),
        ("0 7 * * mon-fri", timedelta(days=3)),
        ("0 7 1 * *", timedelta(days=31)),
        ("0 7 1 jan *", timedelta(days=372)),
        ("0 7 1 * mon", timedelta(days=217)),
    ],
)
def test_silence_is_told_from_the_longest_gap_of_a_cron_line(tmp_path: Path, cron: str, gap: timedelta) -> None:
    config = load(tmp_path, AGENCY + SOURCE + f'cron = "{cron}"')
    assert config.get_every(config.sources[0]) == gap


def test_the_reference_is_made_from_the_code() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == render_reference()
    for model in SECTIONS.values():
        for key, field in model.model_fields.items():
            assert field.description, key
            assert key == "options" or f"| `{key}` |" in page


def test_the_projects_own_configuration_is_right() -> None:
    config = load_config(ROOT / "config.toml")
    assert config.get_specs()[0].url == "https://disnakerpmptsp.malangkota.go.id/"
    assert config.get_specs()[0].keep == "all"
    assert {source.channel for source in config.sources} == {"website", "news"}
    assert len(config.terms) >= 5
