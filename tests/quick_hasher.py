"""The application's way to keep passwords at the smallest cost: a test makes dozens of people."""

from inbox.account.password import PasswordHasher


class QuickHasher(PasswordHasher):
    """Argon2id all the same."""

    time_cost = 1
    memory_cost = 64
