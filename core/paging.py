"""Page numbers for pagers."""


def window(number: int, last: int, *, around: int = 2) -> list[int | None]:
    """Numbers to show on a pager: first, last and ``around`` neighbours; None marks a gap."""
    wanted = sorted({1, last, *range(max(1, number - around), min(last, number + around) + 1)})
    shown: list[int | None] = []
    for page in wanted:
        if shown and page - (shown[-1] or 0) > 1:
            shown.append(None)
        shown.append(page)
    return shown
