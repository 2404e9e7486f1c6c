"""Lines that newsrooms put between the paragraphs of an article and that are none of it; no site's own rules."""

from __future__ import annotations

import re

# "Baca juga: …" and its kin, at the start of a line: a label, then the title of another article.
_LINK_LINE = re.compile(
    r"^[\W_]*(?:(?:baca|simak|lihat|tonton|dengar|cek|klik|ikuti)\s+(?:juga|pula|selengkapnya)\b|baca\s*(?:artikel|berita|laporan|selanjutnya|lainnya|:|:)|"
    r"(?:artikel|berita|video|foto|topik|konten)\s+(?:terkait|lainnya|pilihan|populer|terpopuler|menarik lainnya)\b|"
    r"pilihan\s+(?:redaksi|editor)\b|(?:also\s+read|read\s+also|read\s+more|see\s+also|related\s*(?:articles?|stories|posts?|news|:))\b|"
    r"(?:lesen sie (?:auch|mehr)|siehe auch|lire aussi|lea también|leia (?:também|mais))\b)\s*(.*)$",
    re.IGNORECASE,
)
# A whole line that is one of these says nothing of the article.
_WHOLE_LINE = re.compile(
    r"""^[\W_]*(?:
    adv?ert[ie]se?ments?|iklan|sponsored(?:\s+content)?|promoted|
    (?:scroll|gulir|geser)\b.{0,60}(?:content|konten|membaca|berita|artikel|lanjut\w*)|
    (?:lanjutkan|selanjutnya|continue)\s+(?:membaca|reading|baca).{0,60}|
    (?:halaman|page)\s*:?\s*(?:\d[\s\d]*)?(?:selanjutnya|berikutnya|sebelumnya|semua)?|(?:next|previous)\s+page|
    \d+\s+(?:dari|of)\s+\d+\s+(?:halaman|pages)|(?:tampilkan|lihat|baca)\s+semua|
    .{0,180}\((?:foto|photo)\s*:[^)]{1,60}\)|
    (?:load|show|read|see|view)\s+more|selengkapnya|muat\s+(?:lagi|lebih).{0,30}|loading|memuat|
    gambas\s*:.{0,80}|\[?\s*gambas\s*:.{0,80}|
    (?:share|bagikan|sebarkan|tweet|like|print|cetak|e-?mail|whatsapp|facebook|twitter|telegram|copy\s+link|salin\s+(?:tautan|link))
      (?:[\s:,|/]+(?:this|artikel|berita|ini|ke|via|di|on|to|share|bagikan|tweet|facebook|twitter|x|whatsapp|telegram|linkedin|line|e-?mail|print))*|
    (?:copyright|hak\s+cipta)\b.{0,120}|©.{0,120}|.{0,60}all\s+rights?\s+reserved.{0,40}|
    dilarang\s+(?:keras\s+)?(?:mengambil|mengutip|menyalin|memperbanyak).{0,200}|
    (?:tags?|topik|kata\s+kunci|keywords?|label|kategori|categor(?:y|ies))\s*:.{0,200}|
    (?:cek|simak|ikuti|dapatkan|temukan|baca|kunjungi)\b.{0,160}\b(?:google\s+news|saluran\s+whatsapp|whatsapp\s+channel|kanal\s+whatsapp|channel\s+telegram|grup\s+telegram|akun\s+(?:instagram|twitter|facebook)).{0,160}|
    \d{1,3}(?:[.,]\d{3})*\s*(?:views?|shares?|kali\s+dilihat|dibaca|pembaca|komentar|comments?)
    )[\W_]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# Who worked on it: only where the line is no more than that.
_CREDIT = re.compile(
    r"^[\W_]*(?:penulis|editor|redaktur|reporter|pewarta|wartawan|jurnalis|kontributor|penyunting|uploader|sumber\s+foto|"
    r"foto|fotografer|photo|author|published\s+by|written\s+by|"
    r"(?:di(?:posting|posting?kan|tulis|publikasikan|unggah|terbitkan|kirim)\s+)?oleh)(?:\s*(?:/|&|dan)\s*\w+)?\s*\|?\s*:\s*\S.{0,80}$",
    re.IGNORECASE,
)
_CREDIT_LABEL = re.compile(r"^(?:penulis|editor|redaktur|reporter|pewarta|wartawan|kontributor)\s*:?$", re.IGNORECASE)
_INITIALS = re.compile(r"^[(\[](?:[A-Za-z*.-]{1,12}\s?/\s?)*[A-Za-z*.-]{1,8}[)\]]$")
_MONTH = r"(?:jan|feb|mar|apr|ma[iy]|jun|jul|a[gu]|sep|o[kc]t|nov|de[sc])\w*"
_DATE_LINE = re.compile(
    rf"^[\W_]*(?:(?:senin|selasa|rabu|kamis|jum[’'`]?at|sabtu|minggu|ahad|mon|tue|wed|thu|fri|sat|sun)\w*[\s,]+)?"
    rf"\d{{1,4}}[\s./-]+(?:\d{{1,2}}|{_MONTH})[\s./,-]+\d{{2,4}}[\s,|·•-]*(?:(?:pukul|jam|at)\s+)?"
    rf"(?:\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?\s*(?:wib|wita|wit|am|pm|gmt[+-]?\d*|utc)?)?[\W_]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]", re.UNICODE)
_LABEL = re.compile(
    r"^[\W_]*(?:baca|simak|lihat|tonton|pilihan|artikel|berita|also|read|related)\b[\w\s]{0,24}[:.]?\s*$",
    re.IGNORECASE,
)


def is_noise(line: str) -> bool:
    """Is this line furniture: a link to another article, an advertisement's mark, a date, a copyright, a credit?"""
    if not _WORD.search(line) or line.replace(" ", "").isdigit():
        return True
    if len(line) > 400:
        return False
    return bool(is_link_line(line) or _WHOLE_LINE.match(line) or _CREDIT.match(line) or _DATE_LINE.match(line))


def is_link_line(line: str) -> bool:
    """ "Baca juga: …": the title of another article, or the label above a list of them."""
    return len(line) <= 300 and bool(_LINK_LINE.match(line))


def is_label(line: str) -> bool:
    """Such a label standing alone: what follows it are links."""
    return is_link_line(line) and bool(_LABEL.match(line))


def is_initials(line: str) -> bool:
    """ "(abc/def)": the newsroom's initials at the end of an article."""
    return bool(_INITIALS.match(line))


def is_credit_label(line: str) -> bool:
    """ "Penulis", "Editor": the first cell of a row that names who worked on the article."""
    return bool(_CREDIT_LABEL.match(line))
