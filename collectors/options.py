"""Each kind's own options in `[[sources]]`, with their defaults: validated once, frozen, free of Django."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from collectors.period import parse_period

Period = Annotated[timedelta, BeforeValidator(parse_period)]


class Options(BaseModel):
    """The options of a kind that has none of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedOptions(Options):
    """`kind = "feed"`."""

    pages: int = Field(default=20, ge=1, le=100, description="pages read on the first run (RFC 5005 paging)")


class WordPressOptions(Options):
    """`kind = "wordpress"`."""

    overlap: Period = Field(default=timedelta(hours=48), description="how far each poll looks back")
    sweep_every: Period = Field(default=timedelta(days=1), description="how often edits and deletions are looked for")
    sweep_days: int = Field(default=90, ge=1, description="how many days back a sweep looks")
    posts: bool = Field(default=True, description="collect the site's own articles too")
    user: str | None = Field(default=None, description="user of an Application Password (its value: token_env)")


class ArticleOptions(Options):
    """`kind = "article"`."""


class SitemapOptions(Options):
    """`kind = "sitemap"`."""

    days: int = Field(default=3, ge=1, le=60, description="entries older than this are left alone")
    articles: int = Field(default=50, ge=1, le=500, description="pages fetched in one run at the most")


class Recipe(Options):
    """CSS selectors that say where a page keeps its comments."""

    comment: str = Field(description="selects each comment")
    text: str = Field(description="inside a comment: its text")
    author: str | None = Field(default=None, description="inside a comment: who wrote it")
    author_url: str | None = Field(default=None, description="inside a comment: the link to its author")
    time: str | None = Field(default=None, description="inside a comment: when (a datetime attribute is preferred)")
    time_format: str | None = Field(default=None, description="strptime format, where the time is unusual")
    link: str | None = Field(default=None, description="inside a comment: its permalink")
    id: str | None = Field(default=None, description="regular expression that finds the id in id=, data-*, href=")
    replies: str | None = Field(default=None, description="inside a comment: the box that holds its replies")
    next: str | None = Field(default=None, description="in the page: the link to the next page")


class WebpageOptions(Options):
    """`kind = "webpage"`."""

    preset: Literal["wp-classic", "wp-block", "generic"] | None = Field(
        default=None, description="wp-classic, wp-block or generic; none: whichever fits"
    )
    recipe: Recipe | None = Field(default=None, description="CSS selectors, where no preset fits")
    pages: int = Field(default=20, ge=1, le=100, description="comment pages read in one run at the most")


class IssoOptions(Options):
    """`kind = "isso"`."""

    threads: tuple[str, ...] = Field(default=(), description="paths of the pages; none: the latest of all")
    site: str | None = Field(default=None, description="address of the website that shows the comments, for links")
    sweep_every: Period = Field(default=timedelta(days=1), description="how often edits and deletions are looked for")


class ImportOptions(Options):
    """`kind = "import"`: a file that somebody hands in; never polled."""

    map: dict[str, str] = Field(default_factory=dict, description="column of the file = field of the item")


OPTIONS: dict[str, type[Options]] = {
    "feed": FeedOptions,
    "wordpress": WordPressOptions,
    "article": ArticleOptions,
    "sitemap": SitemapOptions,
    "webpage": WebpageOptions,
    "isso": IssoOptions,
    "import": ImportOptions,
}
