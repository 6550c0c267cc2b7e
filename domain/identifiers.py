"""Recognises what would say who somebody is, so that a person can be asked before saving it."""

import re

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+", re.UNICODE)
_PHONE = re.compile(r"(?<![\w])(?:\+44|0044|\(?0)[\s().-]*(?:\d[\s().-]*){8,10}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
_POSTCODE = re.compile(
    r"\b(?:GIR\s?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r"\s?\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)


def kinds_in(text: str) -> frozenset[str]:
    """Return which of `email`, `phone`, `nhs_number` and `postcode` the text seems to hold."""
    found = set()
    if _EMAIL.search(text):
        found.add("email")
    if _PHONE.search(text):
        found.add("phone")
    if _POSTCODE.search(text):
        found.add("postcode")
    if any(_is_nhs_number(m.group()) for m in _DIGITS.finditer(text)):
        found.add("nhs_number")
    return frozenset(found)


def _is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the modulus 11 check digit (NHS Data Dictionary)."""
    digits = [int(c) for c in text if c.isdigit()]
    total = sum(d * weight for d, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return check != 10 and check == digits[9]
