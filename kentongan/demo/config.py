"""The configuration of the sample city: what an office would write for its own website, press and residents' room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

_CONFIG = """\
# Made by `kentongan demo` for the sample city; it goes when the demo ends.
[agency]
name = "Disnaker-PMPTSP Kota Tirtamarga"
timezone = "Asia/Jakarta"
language = "id"
contact = "humas@tirtamarga.example"

[storage]
url = "sqlite:///kentongan.sqlite3"
data_dir = "data"

[web]
port = 0
second_factor = "offered"

[collecting]
every = "10s"
pause = "20ms"
allow_hosts = [{hosts}]

[[terms]]
name = "Disnaker-PMPTSP Tirtamarga"
any = ["Disnaker-PMPTSP Tirtamarga", "Disnaker-PMPTSP Kota Tirtamarga", "DPMPTSP Tirtamarga"]
none = ["Kabupaten Tirtamarga"]

[[terms]]
name = "Mal Pelayanan Publik"
any = ["Mal Pelayanan Publik Tirtamarga", "MPP Tirtamarga"]

[[sources]]
name = "situs-dinas"
kind = "wordpress"
url = "{office}/"
channel = "website"
sweep_every = "20s"

[[sources]]
name = "ruang-warga"
kind = "isso"
url = "{room}/"
channel = "website"
threads = ["/ruang-warga/perizinan", "/ruang-warga/ketenagakerjaan", "/ruang-warga/umum"]
sweep_every = "20s"

[[sources]]
name = "suara-tirtamarga"
kind = "feed"
url = "{suara}/"
channel = "news"
keep = "matching"
full_text = "always"

[[sources]]
name = "kabar-tirtamarga"
kind = "sitemap"
url = "{kabar}/"
channel = "news"
keep = "matching"
full_text = "always"
days = 60
"""


def write_config(folder: Path, origins: Mapping[str, str]) -> Path:
    """Write the demo's config.toml into a folder; `origins` says where each site of the city answers."""
    hosts = ", ".join(f'"{urlsplit(origin).netloc}"' for origin in origins.values())
    path = folder / "config.toml"
    path.write_text(_CONFIG.format(hosts=hosts, **origins), encoding="utf-8")
    return path
