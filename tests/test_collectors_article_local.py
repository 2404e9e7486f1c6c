"""What Indonesian newsrooms do to a page, rule by rule: zones, link lines, leads, titles. The pages are made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from collectors.article import parse_article
from collectors.item import Item

URL = "https://koran.test/berita/2026/11/24/101526/izin-usaha"
TITLE = "Izin usaha di Kota Malang kini selesai sehari"
LEAD = "MALANG - Pemerintah Kota Malang mempercepat layanan izin usaha bagi warga yang datang ke kantor dinas itu."
BODY = [
    "Kepala dinas mengatakan bahwa permohonan yang lengkap akan selesai pada hari yang sama, tanpa biaya tambahan.",
    "Warga dapat mengajukan permohonan dari rumah, kemudian mengambil berkas itu di loket dengan nomor antrean.",
    "Menurut dia, layanan tersebut sudah dicoba sejak bulan lalu dan tidak ada keluhan dari para pemohon izin.",
]


def make_page(*, head: str = "", above: str = "", between: str = "", below: str = "", lang: str = "id") -> bytes:
    paragraphs = f"<p>{BODY[0]}</p>{between}<p>{BODY[1]}</p><p>{BODY[2]}</p>"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>{TITLE} - Koran Kota</title>{head}</head><body>'
        f'<nav><a href="/">Koran Kota</a></nav><h1>{TITLE}</h1>{above}'
        f'<div class="isi"><p>{LEAD}</p>{paragraphs}{below}</div>'
        '<div class="berita-terkait"><h3>Berita terkait</h3><ul><li><a href="/2">Pasar ramai</a></li></ul></div>'
        "</body></html>"
    ).encode()


def read(headers: dict[str, str] | None = None, **page: str) -> Item:
    return parse_article(make_page(**page), URL, headers)[0]


def meta(value: str) -> str:
    return f'<meta property="article:published_time" content="{value}">'


def json_ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


TEN_FIFTEEN = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)  # 10:15 WIB


@pytest.mark.parametrize(
    ("head", "above", "at", "precision"),
    [
        (meta("2026-11-24T10:15:00+07:00"), "", TEN_FIFTEEN, "second"),
        (meta("2026-11-24 10:15:00"), "", TEN_FIFTEEN, "second"),
        (json_ld(datePublished="2026-11-24T03:15:00Z"), "", TEN_FIFTEEN, "second"),
        ("", "<div>Selasa, 24 November 2026 | 10:15 WIB</div>", TEN_FIFTEEN, "minute"),
        ("", "<time>Selasa, 24/11/2026 11:15 WITA</time>", TEN_FIFTEEN, "minute"),
        ("", "<span>24 Nov 2026, 10.15</span>", TEN_FIFTEEN, "minute"),
        (
            "",
            "<p>Terbit 24 Nov 2026, 10:15 WIB <i>Diperbarui 25 Nov 2026, 08:00 WIB</i></p>",
            TEN_FIFTEEN,
            "minute",
        ),
        # A day for machines and the clock for readers make an instant together.
        (json_ld(datePublished="2026-11-24"), "<p>Selasa, 24 November 2026 10:15 WIB</p>", TEN_FIFTEEN, "minute"),
        (meta("2026-11-24T00:00:00+07:00"), "<p>24 November 2026 - 10:15 WIB</p>", TEN_FIFTEEN, "minute"),
        (meta("2026-11-24T00:00:00+07:00"), "", datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "day"),
        # Z that means WIB, told by the shown clock; by the clock in the address.
        (meta("2026-11-24T10:15:00Z"), "<div>Selasa, 24 November 2026 10:15 WIB</div>", TEN_FIFTEEN, "second"),
        (meta("2026-11-24 T10:15:00Z"), "", TEN_FIFTEEN, "second"),
        # The zone beside the same clock in the page.
        (meta("2026-11-24 11:15:00"), "<div>24 November 2026 11:15 WITA</div>", TEN_FIFTEEN, "second"),
        # What was changed is not what was published.
        ("", "<div>Diperbarui 25 November 2026 10:15 WIB</div>", datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "day"),
    ],
)
def test_an_instant_is_read_in_the_zone_that_the_page_means(
    head: str, above: str, at: datetime, precision: str
) -> None:
    article = read(head=head, above=above)
    assert (article.published, article.published_precision) == (at, precision)


def test_z_is_local_where_utc_would_lie_after_the_servers_own_clock() -> None:
    page = make_page(head=meta("2026-11-24T10:15:00Z"))
    fetched = {"date": "Tue, 24 Nov 2026 03:30:00 GMT"}
    article = parse_article(page, "https://koran.test/berita/izin-usaha", fetched)[0]
    assert article.published == TEN_FIFTEEN


def test_a_clock_without_zone_in_another_language_gives_only_its_day() -> None:
    text = (
        "<p>Die Stadt hat am Montag mitgeteilt, dass die Anträge künftig schneller bearbeitet werden sollen.</p>" * 5
    )
    page = f"<html lang=de><head>{meta('2026-11-24 10:15:00')}</head><body><h1>Anträge</h1>{text}</body></html>"
    article = parse_article(page.encode(), "https://zeitung.test/a/b")[0]
    assert (article.published, article.published_precision) == (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "line",
    [
        '<p>Baca juga: <a href="/3">Pasar besar kini ramai lagi</a></p>',
        '<p><strong>BACA JUGA: <a href="/3">Pasar besar kini ramai lagi</a></strong></p>',
        "<p>Simak juga : Pasar besar kini ramai lagi</p>",
        '<p>Baca Juga</p><ul><li><a href="/3">Pasar besar kini ramai lagi</a></li></ul>',
        '<div class="lihatjg"><a href="/3">Pasar besar kini ramai lagi</a></div>',
        "<p>ADVERTISEMENT</p>",
        "<p>SCROLL TO CONTINUE WITH CONTENT</p>",
        "<p>[Gambas:Video 20detik]</p>",
        '<p>Pilihan Redaksi</p><p><a href="/3">Pasar besar kini ramai lagi</a></p>',
        "<p>Editor: Sari</p>",
        "<p>Penulis : Budi Santoso | Editor : Sari</p>",
        "<p>Copyright © Koran Kota 2026</p>",
        "<p>Halaman: 1 2 3 Selanjutnya</p>",
        "<p>Suasana loket izin usaha di kantor dinas. (Foto: Sari/Koran Kota)</p>",
        "<p>Dapatkan berita pilihan setiap hari dari Koran Kota. Mari bergabung di grup Telegram kami.</p>",
        "<figure><img src=a.jpg><figcaption>Suasana loket. (Foto: Sari/Koran)</figcaption></figure>",
        "<blockquote class='twitter-tweet'><p>Izin sehari!</p>&mdash; Pemkot (@pemkot) 24 Nov</blockquote>",
    ],
)
def test_a_line_that_is_no_part_of_the_article_is_left_out(line: str) -> None:
    plain = read().text
    assert plain == "\n".join([LEAD, *BODY])
    assert read(between=line).text == plain


@pytest.mark.parametrize(
    "line",
    [
        "Baca buku itu juga membantu warga, kata dia, sebab syaratnya dijelaskan satu demi satu di dalamnya.",
        "Ikuti terus, kata dia, karena layanan ini akan dibuka juga di lima kecamatan sebelum akhir tahun depan.",
        "Editor majalah itu mengatakan bahwa izin usahanya selesai dalam waktu kurang dari dua jam di loket.",
    ],
)
def test_a_sentence_that_begins_like_furniture_stays(line: str) -> None:
    assert line in read(between=f"<p>{line}</p>").text


def test_a_lead_in_an_element_of_its_own_belongs_to_the_article() -> None:
    lead = (
        "Warga Kota Malang tidak perlu lagi menunggu berhari-hari untuk mendapatkan izin usaha dari dinas setempat."
    )
    assert read(above=f'<div class="ringkas">{lead}</div>').text.startswith(lead)


@pytest.mark.parametrize(
    "head",
    [
        f'<meta property="og:title" content="{TITLE} | Koran Kota">',
        f'<meta property="og:title" content="Koran Kota: {TITLE}">',
        json_ld(headline=TITLE),
        '<meta property="og:title" content="Beranda">',
    ],
)
def test_the_title_is_the_headline_without_the_name_of_the_site(head: str) -> None:
    assert read(head=head).title == TITLE


@pytest.mark.parametrize(
    ("head", "above", "name"),
    [
        (json_ld(author={"@type": "Person", "name": "Budi Santoso"}), "", "Budi Santoso"),
        (json_ld(author=[{"name": "Budi Santoso"}, {"name": "Sari"}]), "", "Budi Santoso, Sari"),
        (
            '<meta name="author" content="https://facebook.com/koran">',
            "<div class='penulis'>Oleh: Sari</div>",
            "Sari",
        ),
        ('<meta name="author" content="Redaksi">', "", None),
    ],
)
def test_the_author_is_a_person_and_never_the_outlet(head: str, above: str, name: str | None) -> None:
    assert read(head=head, above=above).author.name == name


def test_a_page_drawn_by_script_gives_the_text_it_states_for_machines() -> None:
    text = " ".join([LEAD, *BODY])
    head = f"<title>{TITLE}</title>{json_ld(headline=TITLE, articleBody=text)}"
    page = f"<html><head>{head}</head><body><div id=app></div>"
    article = parse_article(page.encode(), URL)[0]
    assert (article.title, article.text) == (TITLE, text)


@pytest.mark.parametrize(
    ("above", "author"),
    [
        ("<div>Ditulis oleh Ani Wijaya pada 24 November 2026</div>", "Ani Wijaya"),
        ("<div>Diposting oleh: Admin | 24 November 2026</div>", None),
        ("<div>Foto diambil oleh warga</div>", None),
        (
            '<span class="author vcard"><b>Penulis</b><a class="url fn n" href="/a">Sri Lestari</a></span>',
            "Sri Lestari",
        ),
    ],
)
def test_a_line_near_the_heading_names_the_author(above: str, author: str | None) -> None:
    assert read(above=above).author.name == author


def test_the_lone_heading_is_the_title_where_the_page_has_only_the_name_of_its_site() -> None:
    page = make_page(above="<p>Diposting oleh: Humas | Tanggal: 24-11-2026 10:15:00</p>").decode()
    (item,) = parse_article(page.replace(f"<title>{TITLE} - Koran Kota<", "<title>Pemerintah Kota<").encode(), URL)
    assert item.title == TITLE
    assert item.published == TEN_FIFTEEN
    assert item.text.split("\n") == [LEAD, *BODY]
