"""What a bug may say."""

from __future__ import annotations

from pipeline.bug import describe_bug


def test_a_bug_names_its_place_and_never_a_citizens_words() -> None:
    words = "Bu Siti 081234567890"
    try:
        try:
            int(words)
        except ValueError as error:
            raise KeyError(words) from error
    except KeyError as error:
        said = describe_bug(error)
    assert "KeyError" in said and "ValueError" in said and "test_pipeline_bug.py" in said
    assert "Siti" not in said
