"""config.toml changed by a program: comments and order stay, and what would be wrong is never written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kentongan.config import ConfigError
from kentongan.config_text import append_table, change_table, get_stamp, insert_table, remove_table, write_table

TEXT = '''# kepala
[agency]
name = "Dinas"   # nama
contact = "humas@dinas.test"

# yang diamati
[[terms]]
name = "izin"
any = ["izin usaha",  # kenapa
  "NIB"]

# kedua
[[terms]]
name = "kerja"
any = ["loker"]

# ---- sumber ----
[[sources]]
name = "situs"
kind = "webpage"
url = "https://dinas.test/"
enabled = true   # nyala
[sources.recipe]
comment = """
[[terms]]
"""
text = "p"

[[terms]]
name = "akhir"
any = ["x"]
# penutup
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def read(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_one_key_is_changed_and_all_else_stays_byte_for_byte(path: Path) -> None:
    change_table(path, "sources", "situs", {"enabled": False})
    assert path.read_text() == TEXT.replace("enabled = true   # nyala", "enabled = false   # nyala")


def test_a_list_grows_without_losing_its_comments_and_other_lists_are_written_anew(path: Path) -> None:
    change_table(path, "terms", "izin", {"any": ["izin usaha", "NIB", "OSS"], "near": ["Malang"], "case": None})
    assert "# kenapa" in path.read_text()
    change_table(path, "terms", "kerja", {"any": ["lowongan"]})
    izin, kerja = read(path)["terms"][:2]  # type: ignore[index]
    assert izin == {"name": "izin", "any": ["izin usaha", "NIB", "OSS"], "near": ["Malang"]}
    assert kerja == {"name": "kerja", "any": ["lowongan"]}
    assert path.read_text().endswith(TEXT[TEXT.index("# ---- sumber") :])


def test_a_table_comes_behind_the_last_of_its_section_and_goes_again(path: Path) -> None:
    insert_table(path, write_table({"name": "baru", "any": ['b \\ "c"']}, section="terms"), "terms")
    assert [term["name"] for term in read(path)["terms"]] == ["izin", "kerja", "akhir", "baru"]  # type: ignore[attr-defined]
    assert path.read_text().endswith("# penutup\n")
    remove_table(path, "terms", "baru")
    assert [term["name"] for term in read(path)["terms"]] == ["izin", "kerja", "akhir"]  # type: ignore[attr-defined]
    remove_table(path, "terms", "kerja")
    assert path.read_text() == TEXT.replace('[[terms]]\nname = "kerja"\nany = ["loker"]\n\n', "")


def test_windows_line_ends_and_a_byte_order_mark_stay(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    insert_table(path, write_table({"name": "baru", "any": ["b"]}, section="terms"), "terms")
    change_table(path, "terms", "baru", {"case": True})
    body = path.read_bytes()
    assert body.startswith(b"\xef\xbb\xbf# kepala\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"case = true\r\n" in body


def test_a_file_that_changed_meanwhile_is_left_alone(path: Path) -> None:
    stamp = get_stamp(path)
    path.write_text(TEXT + "# mine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="changed by somebody else"):
        change_table(path, "sources", "situs", {"enabled": False}, stamp)
    assert path.read_text() == TEXT + "# mine\n"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (write_table({"name": "situs", "kind": "feed", "url": "https://a.test/"}), "there are two of this name"),
        (write_table({"name": "b", "kind": "rss", "url": "https://a.test/"}), "no such kind"),
        ('[[sources]]\nname = "', "not valid TOML"),
    ],
)
def test_what_would_be_wrong_is_not_written(path: Path, table: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as raised:
        append_table(path, table)
    assert ".part" not in str(raised.value)
    assert path.read_text() == TEXT
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_table_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(ConfigError, match=r'no table \[\[terms\]\] is called "hilang"'):
        change_table(path, "terms", "hilang", {"case": True})


def test_a_name_with_quotes_and_brackets_is_text(path: Path) -> None:
    name = '"]]\\ [[terms]] ę'
    insert_table(path, write_table({"name": name, "any": ["a"]}, section="terms"), "terms")
    change_table(path, "terms", name, {"case": True})
    assert read(path)["terms"][-1] == {"name": name, "any": ["a"], "case": True}  # type: ignore[index]
