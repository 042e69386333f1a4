"""The one kind of error that a person at the terminal reads."""


class Problem(Exception):
    """One English sentence: what is wrong and what to do. Shown without a traceback."""
