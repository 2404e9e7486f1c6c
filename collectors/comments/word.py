"""The words that class names and ids are made of, by what they say about comments; role.py reads them."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NOUNS = _set(
    "comment komentar kommentar comentario commentaire commento reactie review ulasan testimoni testimonial "
    "tanggapan guestbook bukutamu gaestebuch gastenboek wpcomment cmt feedback saran aduan comm"
)
OTHER_NOUNS = _set("review testimoni testimonial ulasan feedback saran aduan tanggapan comm cmt reviews testimonials")
PLURALS = _set(
    "comments komentare kommentare comentarios commentaires commenti reacties reviews testimonials komentars"
)
# A class that ends in one of these after a noun still names the whole comment: "comment-item", "komentar-box".
ITEM = _set(
    "item entry single row box block node card element bubble post wrap wrapper wrapped container outer inner "
    "holder unit li even odd parent public level depth thread body record user guest media article right main "
    "level1 level2 child top cell panel line first last alt byuser bypostauthor isi each default standard"
)
# ... and one of these anywhere before or after it names something else: a form, a link, a count, a list.
NO_ITEM = _set(
    "recent latest last new add leave write no form view show all load submit cancel reply edit delete popular "
    "terbaru terakhir toggle hide has count total tinggalkan kirim tulis link respond list area section nav "
    "navigation pagination page pages title heading header button btn icon number num counter open closed off "
    "disabled policy notes note notice input field fields textarea textbox editor login subscribe feed rss tab "
    "tabs facebook fb disqus widget sidebar top5 related more order sort sorting filter summary rating stars "
    "average terkini template hint rules message success error stat stats status bar menu toolbar post author "
    "content text date time meta metadata avatar footer info name by action actions like likes vote permalink "
    "anchor bubble2 loading loader placeholder guidelines"
)
TEXT = _set("content text message msg txt copy isi pesan inhalt teks contents said")
BODY = _set("body entry description desc comment komentar kommentar excerpt bodytext nachricht inner")
AUTHOR = _set(
    "author fn user username nickname nick name nama penulis pengirim poster commenter autor byline by cite "
    "writer komentator kommentator verfasser nom from dari who person displayname authorname profile"
)
DATE = _set(
    "date time datetime timestamp published posted postdate tanggal tgl waktu datum zeit when ago submitted "
    "created createdate posttime pubdate dateline updated jam at timeago"
)
META = _set(
    "meta metadata info header head vcard details detail byline footer foot about credit data tagline says "
    "attribution commentmetadata top subline signature"
)
DROP = _set(
    "reply replylink balas action actions avatar gravatar vote votes voting rating like likes dislike edit share "
    "sharing permalink tools toolbar menu buttons button btn report flag badge moderation awaiting thumb thumbs "
    "karma quote-link controls toggle icon links userpic photo respond hidden sr screen sharedaddy moderate "
    "noprint print number count counter spam arrow cancel antworten melden laporkan jawab"
)
REPLIES = _set("children replies child nested answers responses subcomments balasan indented thread-list")
SECTION = _set(
    "list area section wrap wrapper container block content holder inner tree threads items loop body the ul ol dl"
)
SOMEWHERE_ELSE = _set(
    "sidebar widget-area recentcomments recent-comments recent_comments latest-comments latest_comments "
    "wp-block-latest-comments widget_recent_comments wp-block-latest-comments__comment related-posts relatedposts "
    "jp-relatedposts footer-widgets komentar-terbaru comment-respond respond comment-form commentform "
    "recentcomment comments-recent widget_recent_entries lastcomments latestcomments last-comments site-footer "
    "sharedaddy recentcommentsavatar"
)
# Words of a line about a comment that are nobody's name.
NO_NAMES = _set(
    "posted written submitted comment comments kommentar komentar date datum tanggal tgl waktu dikirim ditulis "
    "published veröffentlicht geschrieben erstellt gesendet permalink reply balas link pada on am at jam pukul "
    "created updated the says said edited diubah hari"
)
