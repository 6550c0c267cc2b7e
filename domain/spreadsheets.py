"""Text that a spreadsheet will not take for a formula."""

_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CONTROL = ("\t", "\r", "\n", "\0")


def inert(cell: str) -> str:
    """Return the cell with an apostrophe before anything a spreadsheet would run.

    A formula can start after spaces, with a control character or with a full-width sign
    (OWASP, CSV injection).
    """
    cell = cell.replace("\0", "")
    bare = cell.lstrip(" \u00a0\u200b\ufeff")
    if bare.startswith(_STARTS) or cell.startswith(_CONTROL) or bare.startswith(_CONTROL):
        return "'" + cell
    return cell
