"""Questions to think with: what may be asked, and which one comes next."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from domain.refusals import NotValid
from domain.schedules import Cadence
from domain.sessions import Cornerstone
from domain.text import visible
from domain.values import dataclass

TEXT_LENGTH = 200
LONGEST = 20
NO_REPEAT = timedelta(weeks=12)

_TURN = tuple(Cornerstone)

_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u2018\u2019\u02bc\u2032\uff07"))
_THEM = r"(?:they|he|she|(?:your|the|this|that) clients?)"
_YOURS = r"(?:your|their|his|her|(?:your|the) clients?)"
_PLACE = r"(?:organi[sz]ations?|employers?|compan(?:y|ies)|charit(?:y|ies)|hospitals?|workplaces?)"

NEVER_ASKED = (
    # For a story.
    r"(?:back ?)?stor(?:y|ies)",
    r"happened (?:to|with) (?:you|them|him|her|(?:your|the|a) clients?)",
    r"happened (?:when|while) you were|was done to (?:you|them|him|her)",
    r"tell (?:us|me|everyone|the (?:group|set)|your set)(?: \w+){0,2} "
    r"(?:about|what|how|when|why|who|your)",
    r"(?:talk|walk|take) (?:us|me) (?:through|back)",
    r"describe (?:a|the|one|any) (?:\w+ )?(?:time|day|event|incident)",
    r"describe (?:\w+ ){0,3}(?:past|experiences?|happened)",
    r"(?:^|please |(?:can|could|will|would) you )share (?:\w+ ){0,3}"
    r"(?:experiences?|past|life|time)",
    r"your lived experience (?:of|with)",
    r"(?:recovery|illness|treatment|(?:mental )?health) journey",
    r"life history|(?:your|their|medical|health|family) (?:\w+ )?history",
    r"your past(?! (?:day|few|month|self|week|year))",
    r"childhood|as a child|(?:grow(?:ing)?|grew) up",
    r"when you were (?:\w+ )?(?:a child|little|young)",
    # For a diagnosis.
    r"\w*diagnos\w*|symptoms?|disorders?",
    r"(?:mental|medical|health) (?:\w+ )?conditions?",
    r"(?:what|which) (?:condition|illness|disability) (?:do|does|did|has|have|is|was)",
    r"(?:your|their|mental) (?:\w+ )?(?:illness(?:es)?|disability|disabilities)",
    r"(?:become|became|get|got|fall|fell|were|been) (?:\w+ )?(?:ill|unwell|sick)",
    r"psychosis|psychotic|schizo\w*|bipolar|depression|ptsd|ocd|anorexi\w*|bulimi\w*",
    r"(?:do|does|did) (?:you|they|he|she|(?:your|the) clients?) have (?:\w+ ){0,2}"
    r"(?:adhd|anxiety|autism)",
    r"wrong with (?:you|them|him|her|(?:your|the) clients?)",
    # For medicine and treatment.
    r"medicat\w*|medicines?|meds|pills?|drugs?|dos(?:e|es|age)|prescri(?:bed?|ptions?)",
    r"(?:tak(?:e|es|ing)|took|on) (?:\w+ )?tablets|side effects?",
    r"anti ?(?:depressant|psychotic)s?|lithium",
    r"(?:your|their|what|which) (?:\w+ )?(?:treatments?|therap(?:y|ies|ists?)|psychiatrists?)",
    r"(?:were|was|been|went|admitted|taken) (?:\w+ )?(?:in|into|to) (?:\w+ ){0,2}(?:hospital|ward)",
    r"sectioned|detained|arrested|in prison",
    # For what hurts.
    r"\w*trauma\w*|abus\w*|assault\w*|rape[ds]?|violen\w*|suicid\w*|self ?harm\w*|overdos\w*",
    r"flashbacks?|nightmares?|(?:your|a mental|nervous) breakdown|your (?:\w+ )?cris[ei]s",
    r"(?:hurt|harmed|attacked|bullied) you|who (?:have|has|did) (?:you|they) los[et]",
    r"(?:worst|darkest|lowest|most painful) (?:\w+ )?"
    r"(?:thing|days?|times?|moments?|experiences?|memor(?:y|ies)|point)",
    # For who a client is, or where people work.
    r"(?:full|real|last) names?|surnames?|initials|clients? (?:first )?names?(?! (?:as|first))",
    r"names? of (?:\w+ ){0,3}(?:clients?|person|managers?|" + _PLACE + ")",
    r"name (?:your|the|a|an|one|any) (?:\w+ )?(?:clients?|managers?|" + _PLACE + ")",
    r"(?:is|was|are|were) (?:" + _THEM + "|" + _YOURS + " " + _PLACE + ") called",
    r"who (?:is|are|was|were) your clients?(?: today| lately| this (?:week|month))?$",
    r"who (?:is|are|was|were) " + _YOURS + " (?:employers?|managers?)",
    r"which of your clients|which clients? (?:is|was|are|were|do|did|does|has|have|made|stayed)",
    r"(?:what|which) " + _PLACE,
    r"which trusts?|nhs trusts?",
    r"clients (?:employers?|address|e ?mail|phone)",
    r"who (?:do|does|did) (?:you|" + _THEM + ") work for",
    r"where (?:do|does|did) (?:you|" + _THEM + ") work$",
)
"""What a question never asks for, as the words stand in `_plain` text. Reviewed by hand.

It stops slips. It is no match for someone who means to get round it.
"""

_NEVER_ASKED = re.compile(r"\b(?:" + "|".join(NEVER_ASKED) + r")(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question. `own` ones were added by the programme's co-leads, not read from the file.

    `learning` marks the learning partner's questions; `for_co_leads` ones are for them alone.
    """

    id: str
    text: str
    cornerstone: Cornerstone
    learning: bool = False
    for_co_leads: bool = False
    retired: bool = False
    own: bool = False


def check_prompt(text: str) -> str:
    """Return the question in one line and without what cannot be seen, or refuse.

    Raises:
        NotValid: It is empty, is over 20 words or 200 characters, or asks for what nobody here
            is asked for: a story, a diagnosis, medicine, what hurts, who a client is.
    """
    line = " ".join(visible(" ".join(text.split())).split())
    plain = _plain(line)
    problems: dict[str, str] = {}
    if not plain:
        problems["text"] = "prompt_empty"
    elif len(line.split()) > LONGEST or len(line) > TEXT_LENGTH:
        problems["text"] = "prompt_long"
    elif _NEVER_ASKED.search(plain):
        problems["text"] = "prompt_story"
    if problems:
        raise NotValid(problems)
    return line


def cornerstone_of_week(day: date) -> Cornerstone:
    """Return the cornerstone whose week it is. Weeks begin on Monday, at year ends too."""
    return _TURN[_week(day) % len(_TURN)]


def cornerstone_in_turn(day: date, cadence: Cadence) -> Cornerstone:
    """Return the cornerstone whose turn it is for someone who is asked this often.

    It is the week's. Whoever is asked less often would meet two of the four at most, so for them
    it is the fortnight's or the month's.
    """
    if cadence is Cadence.FORTNIGHTLY:
        return _TURN[_week(day) // 2 % len(_TURN)]
    if cadence is Cadence.MONTHLY:
        return _TURN[(12 * day.year + day.month) % len(_TURN)]
    return cornerstone_of_week(day)


def choose(
    bank: Iterable[Prompt],
    *,
    day: date,
    given: Mapping[str, date],
    never: Collection[str],
    co_lead: bool,
    seed: str,
    cadence: Cadence = Cadence.WEEKLY,
) -> Prompt | None:
    """Return the question for a person's day; None if nothing is left to ask.

    It is of the cornerstone whose turn it is, or else of the next in turn that has one left.
    There, what the person was never asked comes first, then what they were asked longest ago.

    Args:
        bank: All there is to ask.
        day: The person's own date.
        given: When the person was last asked each question, by id, in their own dates. None comes
            again within 12 weeks.
        never: Ids of what the person does not want to be asked again.
        co_lead: Whether the person is a co-lead.
        seed: Orders what is otherwise equal. The same seed gives the same question.
        cadence: How often the person is asked.
    """

    def may_be_asked(prompt: Prompt) -> bool:
        if prompt.retired or prompt.id in never or (prompt.for_co_leads and not co_lead):
            return False
        return prompt.id not in given or day - given[prompt.id] >= NO_REPEAT

    first = _TURN.index(cornerstone_in_turn(day, cadence))

    def place(prompt: Prompt) -> tuple[int, date, str]:
        wait = (_TURN.index(prompt.cornerstone) - first) % len(_TURN)
        return wait, given.get(prompt.id, date.min), _shuffled(seed, prompt.id)

    return min(filter(may_be_asked, bank), key=place, default=None)


def merge(bank: Iterable[Prompt], changes: Iterable[Prompt]) -> tuple[Prompt, ...]:
    """Return the bank with each change in the place of what has its id; new ones come last."""
    return tuple({prompt.id: prompt for prompt in (*bank, *changes)}.values())


def _week(day: date) -> int:
    """Return the number of Mondays since the year 1 began, on a Monday."""
    return (day.toordinal() - 1) // 7


def _shuffled(seed: str, prompt_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{prompt_id}".encode()).hexdigest()


def _plain(line: str) -> str:
    """Return the bare words: small letters, no accents or apostrophes, one space in between."""
    spelled = unicodedata.normalize("NFKD", line.translate(_APOSTROPHES)).casefold()
    kept = "".join(c for c in spelled if unicodedata.category(c) not in {"Mn", "Cf"})
    return " ".join(re.findall(r"[^\W_]+", kept))
