"""The tables and their migrations."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_migrations_make_exactly_the_models(db: None) -> None:
    assert call_command("makemigrations", check=True, dry_run=True, verbosity=0) is None
