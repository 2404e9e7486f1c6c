"""What went wrong with a source, as an officer reads it: the collectors' known sentences, all others as they are."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a collector's sentence holds → what an officer reads. The first that fits; its groups fill the sentence.
_KNOWN: tuple[tuple[str, Promise], ...] = (
    (r"the name \S+ is not known", _("Nama situs tidak dikenal. Periksa alamatnya.")),
    (r"is not on the open internet", _("Alamat ini di jaringan dalam, yang tidak boleh dibuka (allow_hosts).")),
    (r"port \d+ is not one of", _("Nomor port pada alamat ini tidak boleh dibuka (allow_hosts).")),
    (r"could not be looked up in time|name server does not answer", _("Nama situs tidak dapat dicari saat ini.")),
    (r"is closed to robots by its robots\.txt", _("Situs ini meminta agar tidak dibaca program (robots.txt).")),
    (r"waits until its robots\.txt can be read", _("Situs belum mau memberi robots.txt; dicoba lagi nanti.")),
    (r"is not asked before (?P<when>[\d :-]+) UTC", _("Situs meminta kita menunggu sampai %(when)s UTC.")),
    (r"is gone for good", _("Alamat ini sudah tidak ada untuk selamanya (410).")),
    (r"answered HTTP (?:401|403)\b", _("Situs menolak: kita tidak diberi izin membaca.")),
    (r"answered HTTP 404\b", _("Halaman tidak ditemukan (404). Periksa alamatnya.")),
    (r"answered HTTP 429\b", _("Situs merasa terlalu sering ditanya (429); kita menunggu.")),
    (r"answered HTTP (?P<status>5\d\d)\b", _("Situs sedang bermasalah (HTTP %(status)s).")),
    (r"answered HTTP (?P<status>\d\d\d)\b", _("Situs menjawab dengan galat HTTP %(status)s.")),
    (r"gave no complete answer in time|its turn did not come in time", _("Situs tidak menjawab pada waktunya.")),
    (r"the run reached its time limit", _("Pengambilan terlalu lama dan dihentikan; sisanya menyusul.")),
    (r"redirects (?:in a circle|more than)", _("Situs mengalihkan berputar-putar.")),
    (r"begins with \S+, and only http and https|is not an address|names no host", _("Ini bukan alamat situs web.")),
    (r"gave no usable answer", _("Situs tidak dapat dihubungi.")),
    (r"sends more than|larger than", _("Jawaban situs terlalu besar.")),
    (
        r"the answer is a web page(?: or XML)?(?:, not a feed| where JSON)",
        _("Yang dijawab halaman web, bukan umpan."),
    ),
    (r"links no feed, and none answers", _("Halaman ini tidak punya umpan.")),
    (r"the answer is empty|the web page has no content", _("Jawaban situs kosong.")),
    (r"the feed is (?:cut off|too damaged)|no valid JSON|not well-formed|is damaged", _("Jawaban situs rusak.")),
    (r"neither its REST interface nor its feed is open", _("WordPress ini menutup REST dan umpannya.")),
    (r"REST is closed", _("REST ditutup; dibaca lewat umpan, yang tidak menunjukkan penghapusan.")),
    (r"no sitemap is named", _("Situs ini tidak punya peta situs.")),
    (r"no article was found", _("Tidak ada artikel di halaman ini.")),
    (r"ended without a word", _("Program berhenti di tengah pengambilan.")),
    (r"ended because the program is stopping", _("Program dihentikan; diteruskan pada pengambilan berikutnya.")),
    (r"internal error", _("Kesalahan di program kami sendiri; catatan (log) menyebut tempatnya.")),
    (r"could not be parsed|the parser was ended|took too (?:long|much)", _("Jawaban situs tidak dapat diolah.")),
    # of looking at an address
    (
        r"it answers, but there is nothing to collect",
        _(
            "Halaman ini tidak punya yang bisa dikumpulkan: tidak ada umpan, bukan WordPress, robots.txt tidak "
            "menyebut peta situs, dan di halamannya tidak ada komentar maupun artikel."
        ),
    ),
    (r"it answers, but with something", _("Alamat ini menjawab, tetapi bukan halaman web, umpan, atau peta situs.")),
    # why an item was ignored or refused
    (r"no term occurs in it", _("tidak menyebut kata kunci")),
    (r"the conversation it belongs to is not kept", _("percakapannya tidak disimpan")),
    (r"it cannot be read alone", _("tidak bisa dibaca tersendiri; pengambilan berikutnya membacanya lagi")),
    (r"only its beginning was kept", _("hanya bagian awalnya tersimpan, jadi tidak bisa dibaca lagi")),
    (r"it has no identity", _("tidak punya tanda pengenal")),
    (r"the time has no zone", _("waktunya tidak menyebut zona")),
    (r"the store refuses it", _("ditolak penyimpanan")),
    # why a place is offered
    (r"it is a feed with (?P<count>\d+) entries", _("alamat ini umpan dengan %(count)s entri")),
    (r"it is a sitemap", _("alamat ini peta situs")),
    (r"it is made with WordPress", _("dibuat dengan WordPress, yang memberi artikel dan komentar")),
    (r"the page itself shows (?P<count>\d+) comments", _("di halamannya ada %(count)s komentar")),
    (r"its comments come from an Isso server", _("komentarnya dari peladen Isso")),
    (r"the page names this feed", _("halaman ini menyebut umpan ini")),
    (r"the site has this one", _("halamannya tidak menyebut umpan, tetapi situsnya punya")),
    (r"robots\.txt names this news sitemap", _("robots.txt menyebut peta situs berita ini")),
    (r"robots\.txt names this sitemap", _("robots.txt menyebut peta situs ini")),
    (r"one article or page, watched", _("satu artikel atau halaman, komentarnya diikuti")),
    # of the configuration
    (
        r"was changed by somebody else meanwhile",
        _("Berkas pengaturan sudah diubah orang lain. Muat ulang halaman ini, lalu coba lagi."),
    ),
    (r"there are two of this name", _("Nama itu sudah dipakai. Pilih nama lain.")),
    (r"cannot be changed", _("Berkas pengaturan tidak bisa ditulis; tidak ada yang disimpan.")),
)
_PATTERNS = tuple((re.compile(pattern), sentence) for pattern, sentence in _KNOWN)


def tell_fault(said: object) -> str:
    """The sentence in the reader's language where it is of a known sort, else as it is; nothing for nothing."""
    text = str(said or "")
    for pattern, sentence in _PATTERNS:
        match = pattern.search(text)
        if match is not None:
            return str(sentence) % match.groupdict() if match.groupdict() else str(sentence)
    return text
