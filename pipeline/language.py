"""Which language a text is in: id, jv, su, en, another that a model knows, or an honest "und".

Function words decide first: citizens write short and informally, and no model here knows Sundanese. The model
(py3langid) is asked, and loaded, only where they do not. Malay counts as Indonesian: none tells short texts apart.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import Any

READ = 1_000  # characters that are looked at
SURE = 0.9  # probability below which the model's answer is not taken
ENOUGH = 25  # letters below which the model only guesses
_LOADING = threading.Lock()

_WORDS = {
    "id": """
        yang dan di ke dari untuk dengan tidak ini itu ada adalah akan sudah bisa saya kami kita apa apakah bagaimana
        kenapa mengapa karena pada dalam juga atau oleh sebagai telah belum hanya lebih dapat harus mereka kalau jika
        tapi tetapi namun sama saat agar supaya tersebut serta bukan jangan mohon tolong terima kasih terimakasih
        makasih dimana mana siapa berapa banyak sangat sekali lagi masih semua setiap secara hingga sampai antara
        seperti anda kamu bapak baru boleh bagi tanpa setelah sebelum selama sejak menjadi tahun orang hari buat saja
        aja yg gak ga nggak enggak tdk dgn utk udah udh sdh blm bgt banget nih sih dong deh kok kak gimana gmn kalo
        klo jg krn dr pd bs tp trs kpn jd sy gue gw lu ngga kalian kemarin besok sekarang bulan lama cepat baik bagus
        mantap semoga selamat pagi siang sore malam pak bu min layanan pelayanan kota mau tanya info butuh cara buka
        tutup kerja sesuai melalui warga masyarakat
    """,
    "jv": """
        sing iki iku kuwi ora opo piye ning nang neng karo lan kanggo wis durung arep isih iso ojo aku kowe awakmu
        sampeyan panjenengan kulo dalem badhe nggih mboten sampun kados wonten saking kagem menika punika inggih
        mangke matur suwun nuwun pundi pripun sinten menawi ngapunten tanglet nopo ngantos dereng saged kula niku niki
        wong rek cak ae tah nek yen piro sopo endi ngene ngono mbiyen saiki mengko maneh pol temen akeh cilik gede
        apik elek mari tau pisan melu kene kono kudu nduwe duwe gawe nggawe njaluk takon tuku wae jare yo ngerti kabeh
        nggowo sampek dadi tonggo dewe kerjoan melbu suwe telung ulan dinten sugeng kito kitho dipun ngaturaken
        panuwun kulo tumbas sakniki wonge ngomong pas mau dikei gelem metu mlebu bener nganti amargo mergo sebabe
        ono ora nanging utowo luwih wektu taun dina iyo lho kok to ta adem ayem resik
    """,
    "su": """
        anu teu henteu jeung nu sareng abdi urang anjeun kumaha naon iraha saha keur pikeun ku tina ka ti éta eta ieu
        aya geus parantos hayang hoyong bade badé mah téh teh atuh euy punten hatur nuhun mangga kuring manéh sanes
        oge ogé deui pisan loba seueur naha kunaon ayeuna engké tiasa kedah kudu teuing ulah mugia ngeunaan wae
        maneh sanés kaluar lebet damel bapa ibu dupi manawi upami ngan
    """,
    "en": """
        the of and to in is are was were for with on at this that it you we they have has had not be by from an as or
        will would can could do did our your their there what how when which who why but if so please thanks thank my
        i me us his her its more been no does about all any only one out up new need get very
    """,
}
_PRIMARY = {"in": "id", "ind": "id", "ms": "id", "msa": "id", "may": "id", "jav": "jv", "jw": "jv", "sun": "su"} | {
    "eng": "en",
    "zsm": "id",
}
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_TOKEN = re.compile(r"[^\W\d_]+")
# Indonesian word formation; Javanese has -ake, -e and Sundanese -keun, -na instead of -kan, -nya.
_SHAPE = re.compile(r"(?:me|ber|ter|per|pe[nm]|di|ke)\w{3,}(?:kan|an|i)|\w{4,}(?:kan|nya)|men[gy]?\w{4,}|mem\w{4,}")


def _build_votes() -> dict[str, tuple[str, ...]]:
    votes: dict[str, tuple[str, ...]] = {}
    for language, words in _WORDS.items():
        for word in set(words.split()):
            votes[word] = (*votes.get(word, ()), language)
    return votes


_VOTES = _build_votes()


def detect_language(text: str, declared: str | None = None) -> str:
    """The language of a text; what its source declares is believed unless the words speak against it."""
    sample = text[:READ].lower()
    words = _TOKEN.findall(sample)
    voted, seen = _vote(words)
    if voted:
        return voted
    stated = _read_tag(declared)
    # "en" stands in every site whose owner never looked at the setting: it needs a word that says so.
    if stated and (stated != "en" or "en" in seen):
        return stated
    if sum(map(len, words)) >= ENOUGH:
        return _ask_model(sample)
    return "und"


def _vote(words: list[str]) -> tuple[str | None, frozenset[str]]:
    """The language most function words belong to, None where they are too few or divided; and all that had any."""
    count = dict.fromkeys(_WORDS, 0)
    for languages in filter(None, map(_VOTES.get, words)):
        for language in languages:
            count[language] += 1
    if max(count.values()) < 3:
        count["id"] += sum(_SHAPE.fullmatch(word) is not None for word in words)
    (first, most), (_, second), *_ = sorted(count.items(), key=lambda pair: -pair[1])
    few = len(words) <= 8 and second == 0 and most >= 1
    sure = few or (most >= 2 and most > second)
    # A foreign text may share a word or two with ours ("di" is Italian): a twelfth of the words must agree.
    return (first if sure and most * 12 >= len(words) else None), frozenset(k for k, v in count.items() if v)


def _read_tag(declared: str | None) -> str | None:
    match = _TAG.fullmatch(declared.strip()) if declared else None
    code = match[1].lower() if match else "und"
    return None if code == "und" else _PRIMARY.get(code, code)


def _ask_model(sample: str) -> str:
    with _LOADING:  # all threads of a process that just started would load it at once: half a second and 60 MB each
        model = _load_model()
    language, probability = model.classify(sample)
    return _PRIMARY.get(language, language) if probability >= SURE else "und"


@cache
def _load_model() -> Any:
    """The model, 0.6 s and once a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
