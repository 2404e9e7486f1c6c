"""One address for one page: tests/data/urls/canonical.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.urls import canonicalize_url

CASES = tomllib.loads((Path(__file__).parent / "data/urls/canonical.toml").read_text(encoding="utf-8"))["address"]


@pytest.mark.parametrize(
    ("variant", "canonical"), [(variant, case["canonical"]) for case in CASES for variant in case["variants"]]
)
def test_every_variant_of_a_page_has_its_one_address(variant: str, canonical: str) -> None:
    assert (canonicalize_url(variant) or "") == canonical


@pytest.mark.parametrize("canonical", [case["canonical"] for case in CASES if case["canonical"]])
def test_a_canonical_address_is_its_own(canonical: str) -> None:
    assert canonicalize_url(canonical) == canonical


def test_no_address_is_none() -> None:
    assert canonicalize_url(None) is None
