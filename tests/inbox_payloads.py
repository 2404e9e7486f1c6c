"""A hundred ways to bring a script into a page, each of which names itself when it runs; and texts of odd shapes."""

from __future__ import annotations

_CODES = (
    "<script>{run}</script>",
    "<script src=https://asing.test/x.js></script>",
    "<img src=x onerror={run}>",
    "<img src=https://asing.test/x.png>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<math><mi//xlink:href='javascript:{run}'>x</math>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<iframe src='javascript:{run}'></iframe>",
    "<object data='javascript:{run}'></object>",
    "<embed src='javascript:{run}'>",
    "<a href='javascript:{run}'>klik</a>",
    "<form action='javascript:{run}'><button>x</button></form>",
    "<button formaction='javascript:{run}'>x</button>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<body onload={run}>",
    "<style>@import 'https://asing.test/x.css';</style>",
    "<link rel=stylesheet href=https://asing.test/x.css>",
    "<meta http-equiv=refresh content='0;url=https://asing.test/'>",
    "<base href=https://asing.test/>",
    "<div hx-get='https://asing.test/' hx-trigger=load>x</div>",
    "<div hx-get='/' hx-trigger='load' hx-on:click='{run}'>x</div>",
    "<div data-hx-get='/' data-hx-trigger=load>x</div>",
    "<template><script>{run}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'></noscript>",
    "<textarea><img src=x onerror={run}></textarea>",
    "<marquee onstart={run}>x</marquee>",
    "<dialog open>x</dialog>",
    "<custom-element onclick={run}>",
)
_WAYS_OUT = ("{code}", "\"'>{code}", "</textarea></title></script>{code}")
_BARE = ("javascript:{run}", "{{{{7*7}}}}{{% debug %}}", "' onmouseover={run} x='", '" autofocus onfocus={run} x="')


def list_payloads() -> list[str]:
    """A hundred and more, each with its number in what it would run."""
    shapes = [way.format(code=code) for code in _CODES for way in _WAYS_OUT]
    filled = [shape.replace("{run}", f"alert({number})") for number, shape in enumerate(shapes)]
    return [*filled, *(shape.format(run=f"alert({1000 + number})") for number, shape in enumerate(_BARE))]


ODD_TEXTS = {
    "64 KB": ("Antrean panjang sekali di loket tiga. " * 1_800)[: 64 * 1024 - 8],
    "one word of 300": "a" * 300,
    "one word of 300 with accents": "ẹ́" * 300,
    "right to left": "شكرا لموظفي مكتب التراخيص على سرعة الخدمة",
    "turned around": "izin \u202egnalab\u202c dan \u2066terkunci",
    "emoji": "🙏🏽🙏🏽👩‍👩‍👧‍👦🇮🇩" * 40,
    "combining marks": "Z" + "\u0300\u0316\u0345" * 60 + "algo",
    "no spaces": "https://dinas.test/" + "sangat-panjang/" * 40,
    "javanese": "ꦲꦤꦕꦫꦏ" * 20,
    "many lines": "\n".join(str(number) for number in range(300)),
}
