"""Slack's message markup, read once for everyone who shows it.

What stands in angle brackets is what can do something: name somebody, call a channel together,
lead elsewhere. Everything else is words and their looks. Only `&amp;`, `&lt;` and `&gt;` are
escapes, so a text whose `&`, `<` and `>` are escaped names and calls nobody:
docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

_ENTITY = re.compile(r"<([^<>]*)>|&(amp|lt|gt);", re.DOTALL)
_UNESCAPED = {"amp": "&", "lt": "<", "gt": ">"}
_USER = re.compile(r"@([UW][A-Z0-9]+)(?:\|(.*))?", re.DOTALL)
_CHANNEL = re.compile(r"#([CGD][A-Z0-9]+)(?:\|(.*))?", re.DOTALL)
_BROADCAST = re.compile(r"!(here|channel|everyone)(?:\|(.*))?", re.DOTALL)
_GROUP = re.compile(r"!subteam\^(S[A-Z0-9]+)(?:\|(.*))?", re.DOTALL)
_DATE = re.compile(r"!date\^(-?[0-9]{1,12})\^([^^|]+)(?:\^([^|]*))?\|(.*)", re.DOTALL)
_LINK = re.compile(r"((?:https?://|mailto:|tel:)[^|\s]+)(?:\|(.*))?", re.DOTALL | re.IGNORECASE)
_URL = re.compile(r"(?<![^\W_])https?://[^\s<>|`]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
_EMOJI = re.compile(r":([a-z+-][a-z0-9_+'-]*|100|1234)(::skin-tone-[2-6])?:")
_PRE = re.compile(r"```(.+?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MARKERS = {"*": "bold", "_": "italic", "~": "strike"}
# Stands where something already read stands, so that patterns see one character there. The same
# character in somebody's text is no trouble: what was read is looked up by its place.
_HOLE = "\ufffc"
_ACTIVE = frozenset({"user", "channel", "broadcast", "usergroup", "link"})


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text. `type` says which of the other fields mean something.

    text; bold, italic, strike, quote (children); code, pre (children, and their words as text);
    line_break; emoji (name, text as written); user, channel, usergroup (id, label); broadcast
    (name); date (timestamp, format, text to fall back on, url); link (url, label, and auto where
    a bare address became a link).
    """

    type: str
    text: str | None = None
    children: tuple["Token", ...] | None = None
    id: str | None = None
    label: str | None = None
    name: str | None = None
    url: str | None = None
    timestamp: int | None = None
    format: str | None = None
    auto: bool | None = None

    def to_dict(self) -> dict[str, object]:
        """The token for JSON, without what it does not have."""
        made: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "children" and value is not None:
                value = [child.to_dict() for child in value]
            if value is not None:
                made[field.name] = value
        return made


def parse(text: str, *, verbatim: bool = False) -> list[Token]:
    """Read a `mrkdwn` text. With `verbatim`, bare web and mail addresses stay words."""
    line, read = _entities(text)
    tokens: list[Token] = []
    at = 0
    for found in _PRE.finditer(line):
        tokens += _prose(line[at : found.start()], _within(read, at, found.start()), verbatim)
        start, end = found.span(1)
        start += line[start] == "\n" and end - start > 1
        end -= line[end - 1] == "\n" and end - start > 1
        tokens.append(_code("pre", line, read, start, end))
        at = found.end()
        at += line[at : at + 1] == "\n"
    return tokens + _prose(line[at:], _within(read, at, len(line)), verbatim)


def parse_plain(text: str) -> list[Token]:
    """Read a `plain_text` text, where only emoji names mean something."""
    line, read = _holes(text, {}, [_EMOJI])
    return list(_lines_of(_pieces(line, read)))


def escape(text: str) -> str:
    """Make any text name nobody and lead nowhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def active(text: str, *, verbatim: bool = False) -> list[Token]:
    """What in a text names somebody or leads somewhere, wherever it stands."""
    return list(_active(parse(text, verbatim=verbatim)))


def _active(tokens: list[Token] | tuple[Token, ...]) -> Iterator[Token]:
    for token in tokens:
        if token.type in _ACTIVE or token.url:
            yield token
        yield from _active(token.children or ())


def _unescape(text: str) -> str:
    return re.sub(r"&(amp|lt|gt);", lambda m: _UNESCAPED[m[1]], text)


def _entities(text: str) -> tuple[str, dict[int, Token]]:
    """The text unescaped, with a hole for each thing in angle brackets, and those by place."""
    parts: list[str] = []
    read: dict[int, Token] = {}
    at = length = 0
    for found in _ENTITY.finditer(text):
        before = text[at : found.start()]
        token = None if found[2] else _entity(found[1])
        written = _UNESCAPED[found[2]] if found[2] else _HOLE if token else _unescape(found[0])
        length += len(before)
        if token:
            read[length] = token
        parts += [before, written]
        length += len(written)
        at = found.end()
    return "".join([*parts, text[at:]]), read


def _entity(inside: str) -> Token | None:
    """What angle brackets hold; None where Slack would not know it either."""
    for kind, pattern in (("user", _USER), ("channel", _CHANNEL), ("usergroup", _GROUP)):
        if found := pattern.fullmatch(inside):
            return Token(kind, id=found[1], label=_label(found[2]))
    if found := _BROADCAST.fullmatch(inside):
        return Token("broadcast", name=found[1])
    if found := _DATE.fullmatch(inside):
        link = _LINK.fullmatch(found[3] or "")
        return Token(
            "date",
            timestamp=int(found[1]),
            format=found[2],
            text=_unescape(found[4]),
            url=_unescape(link[1]) if link else None,
        )
    if found := _LINK.fullmatch(inside):
        return Token("link", url=_unescape(found[1]), label=_label(found[2]))
    return None


def _label(text: str | None) -> str | None:
    return _unescape(text) if text else None


def _holes(
    line: str, read: dict[int, Token], patterns: list[re.Pattern[str]]
) -> tuple[str, dict[int, Token]]:
    """Take what the patterns find out of the line, the earlier pattern first."""
    spans = {place: (place + 1, token) for place, token in read.items()}
    taken = bytearray(len(line))
    for place in read:
        taken[place] = 1
    for pattern in patterns:
        for found in pattern.finditer(line):
            start, end = found.span()
            if pattern is not _CODE and any(taken[start:end]):
                continue
            words, token = _found(pattern, found, line, read)
            for place in range(start, end):
                spans.pop(place, None)
            end = start + len(words)
            spans[start] = (end, token)
            taken[start:end] = b"\1" * (end - start)
    parts: list[str] = []
    left: dict[int, Token] = {}
    at = length = 0
    for start, (end, token) in sorted(spans.items()):
        parts += [line[at:start], _HOLE]
        length += start - at
        left[length] = token
        length += 1
        at = end
    return "".join([*parts, line[at:]]), left


def _found(
    pattern: re.Pattern[str], found: re.Match[str], line: str, read: dict[int, Token]
) -> tuple[str, Token]:
    words = found[0]
    if pattern is _CODE:
        return words, _code("code", line, read, *found.span(1))
    if pattern is _EMOJI:
        return words, Token("emoji", name=found[1] + (found[2] or ""), text=words)
    if pattern is _MAIL:
        return words, Token("link", url=f"mailto:{words}", label=words, auto=True)
    words = words.rstrip(".,;:!?'\"*_~)]}")
    return words, Token("link", url=words, label=words, auto=True)


def _code(kind: str, line: str, read: dict[int, Token], start: int, end: int) -> Token:
    """Code keeps its words as they are; what stood in angle brackets still does something."""
    pieces = _pieces(line[start:end], _within(read, start, end))
    return Token(kind, text="".join(map(_words, pieces)), children=tuple(pieces))


def _within(read: dict[int, Token], start: int, end: int) -> dict[int, Token]:
    return {place - start: read[place] for place in range(start, end) if place in read}


def _words(token: Token) -> str:
    if token.type in ("user", "usergroup", "channel", "broadcast"):
        sign = "#" if token.type == "channel" else "@"
        return sign + (token.label or token.name or token.id or "").lstrip(sign)
    return token.text or token.label or token.url or ""


def _pieces(line: str, read: dict[int, Token]) -> list[Token]:
    """Words and what stands between them, in order."""
    pieces: list[Token] = []
    at = 0
    for place in sorted(read):
        if place > at:
            pieces.append(Token("text", text=line[at:place]))
        pieces.append(read[place])
        at = place + 1
    if at < len(line):
        pieces.append(Token("text", text=line[at:]))
    return pieces


def _lines_of(pieces: list[Token]) -> Iterator[Token]:
    """The same pieces with a token for each line break in the words."""
    for piece in pieces:
        if piece.type != "text":
            yield piece
            continue
        for index, words in enumerate((piece.text or "").split("\n")):
            if index:
                yield Token("line_break")
            if words:
                yield Token("text", text=words)


def _prose(line: str, read: dict[int, Token], verbatim: bool) -> list[Token]:
    """Text without code blocks: quoted lines together, the others with their line breaks."""
    tokens: list[Token] = []
    quote: list[Token] = []
    at, to_the_end = 0, False
    for words in line.split("\n"):
        start, end = at, at + len(words)
        at = end + 1
        to_the_end = to_the_end or (words.startswith(">>>") and not quote)
        if not (to_the_end or words.startswith(">")):
            tokens += _quoted(quote)
            tokens += _line(line, read, start, end, verbatim)
            tokens += [Token("line_break")] if end < len(line) else []
            continue
        start += (0 if quote else 3) if to_the_end else 1
        start += line[start - 1 : start + 1] == "> "
        quote += [Token("line_break")] if quote else []
        quote += _line(line, read, start, end, verbatim) or [Token("text", text="")]
    return tokens + _quoted(quote)


def _quoted(lines: list[Token]) -> list[Token]:
    """The gathered lines as one quote, if there are any; they are given up."""
    taken = tuple(lines)
    lines.clear()
    return [Token("quote", children=taken)] if taken else []


def _line(line: str, read: dict[int, Token], start: int, end: int, verbatim: bool) -> list[Token]:
    patterns = [_CODE, _EMOJI] if verbatim else [_CODE, _URL, _MAIL, _EMOJI]
    return _Emphasis(*_holes(line[start:end], _within(read, start, end), patterns)).all()


class _Emphasis:
    """Bold, italic and struck words of one line, nested at will but none within itself."""

    def __init__(self, line: str, read: dict[int, Token]) -> None:
        self.line, self.read = line, read
        self.closers = {marker: self._closers(marker) for marker in _MARKERS}

    def _closers(self, marker: str) -> list[int]:
        """For every place the next one at which the marker can close, or the line's length."""
        line, nearest = self.line, len(self.line)
        found = [nearest] * (len(line) + 1)
        for place in range(len(line) - 1, -1, -1):
            after = line[place + 1 : place + 2]
            if line[place] == marker and not after.isalnum() and after != marker:
                before = line[place - 1] if place else " "
                nearest = nearest if before.isspace() or before == marker else place
            found[place] = nearest
        return found

    def all(self) -> list[Token]:
        """The whole line."""
        return self._span(0, len(self.line), frozenset())

    def _span(self, start: int, end: int, inside: frozenset[str]) -> list[Token]:
        tokens: list[Token] = []
        at = place = start
        while place < end:
            close = self._close(place, end, inside)
            if close is None:
                place += 1
                continue
            tokens += self._plain(at, place)
            marker = self.line[place]
            inner = self._span(place + 1, close, inside | {marker})
            tokens.append(Token(_MARKERS[marker], children=tuple(inner)))
            at = place = close + 1
        return tokens + self._plain(at, end)

    def _close(self, place: int, end: int, inside: frozenset[str]) -> int | None:
        """Where the emphasis that opens here closes; None if none opens."""
        line, marker = self.line, self.line[place]
        after = line[place + 1 : place + 2]
        if marker not in _MARKERS or marker in inside or not after or after.isspace():
            return None
        if after == marker or (place and (line[place - 1].isalnum() or line[place - 1] == marker)):
            return None
        close = self.closers[marker][place + 2] if place + 2 <= len(line) else end
        return close if close < end else None

    def _plain(self, start: int, end: int) -> list[Token]:
        return _pieces(self.line[start:end], _within(self.read, start, end))
