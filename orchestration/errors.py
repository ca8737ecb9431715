"""The one base of every error that a person can put right; the command prints its message and no traceback."""


class UserError(Exception):
    """Something a person can put right: the message says what is wrong and what to do."""
