"""What the words before a number say that it is: a NIK, a telephone, an account, or something that is nobody's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Meaning = Literal["nik", "family_card", "phone", "account", "other", ""]

BANKS = (
    r"bca|bri|bni|bsi|btn|btpn|bjb|mandiri|cimb(?:\s?niaga)?|danamon|permata|panin|maybank|mega|muamalat|ocbc|jenius"
    r"|seabank|sea\s?bank|jago|bukopin|bank\s\w+|bank"
)
_WORDS: dict[Meaning, str] = {
    "nik": r"n\.?\s?i\.?\s?k|e?-?ktp|kependudukan",
    "family_card": r"(?:no)?kk|kartu\s?keluarga",
    "phone": (
        r"te?le?pu?o?n|te?le?po|telephone|te?lpn?|telf?|phone|h\.?p|hape|handphone|ponsel|seluler|w\.?a|whats?app?|sms|call"
        r"|hub|hubungi|dihubungi|menghubungi|kontak|contact|cp|fax|faks|ovo|gopay|shopeepay|dana|linkaja"
    ),
    "account": rf"(?:no)?rek|rekening|virtual\s?account|atm|debit|kartu\skredit|{BANKS}",
    "other": (
        r"nib|berusaha|npwp\d*|nip|nuptk|nisn|nim|nop|sppt|bpjs(?:\s?tk|\sketenagakerjaan|\skesehatan)?|kpj|tiket|ticket"
        r"|resi|jne|jnt|imei|rangka|mesin|polis|sertifikat|token|pelanggan|pln|pdam|meter|laporan|pengaduan|permohonan"
        r"|registrasi|reg|booking|antrian|antrean|pendaftaran|urut|peserta|verifikasi|otp|pin|password|sandi|billing"
        r"|ntpn|kode|isbn|issn|izin|surat|sk|imb|pbg|sip|str|halal|p-?irt|bpom|haki|koordinat|lat|long|rp|idr|rupiah"
        r"|tanggal|tgl|tahun|jam|pukul|versi|id|uu|pp|perda|pasal|seri|invoice|faktur|order|pesanan|paspor|kurs|saldo"
    ),
}
# The name of a meaning is the name of its group, so that a match says which it was.
_LABEL = re.compile(
    r"(?<![a-z])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _WORDS.items()) + r")"
    r"(?:ku|nya|mu|ne|e)?(?![a-z])",
    re.IGNORECASE | re.ASCII,
)
_WINDOW = 48  # characters that are looked back
_TOWARDS = re.compile(r"(?:^|[^a-z])(?:ke|di|dari|via|lewat|hubungi|adalah nomor hp)\s*$", re.IGNORECASE)
_GLUED = re.compile(r"(?:[a-z]+|#|[a-z]-|_)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """The nearest word before a number that says what it is, and how many characters lie between."""

    meaning: Meaning
    distance: int
    glued: bool = False  # letters, a # or an underscore stand right before the number, as in a code
    towards: bool = False  # "dikirim ke 0812…": the label before that is of what was sent

    def says(self, *meanings: Meaning, within: int = _WINDOW) -> bool:
        """Is it one of these, and near enough?"""
        return self.meaning in meanings and self.distance <= within

    @property
    def denies(self) -> bool:
        """Does it say right before the number that this is a ticket, a price, a permit, a code?"""
        return self.glued or (self.says("other", within=14) and not self.towards)


def read_label(text: str, start: int) -> Label:
    """What stands before the number that begins at `start`."""
    begin = max(0, start - _WINDOW)
    before = text[begin:start]
    last = None
    for last in _LABEL.finditer(before):  # noqa: B007 -- the nearest counts
        pass
    glued = _GLUED.search(before)
    if last is None:
        return Label("", _WINDOW + 1, glued is not None)
    touches = glued is not None and glued.group() != "#" and last.end() >= len(before) - 1
    meaning: Meaning = last.lastgroup  # type: ignore[assignment] # the groups are named after the meanings
    return Label(meaning, len(before) - last.end(), glued is not None and not touches, bool(_TOWARDS.search(before)))
