"""The tables and lists in the papers, each made from the facts alone."""

from collections.abc import Iterable, Iterator, Sequence

from bot.pack import who_sees
from bot.pack.facts import Facts
from domain.people import Role
from domain.retention import Entry, SealedFor

_MADE_BY_TOOLS = ("`alembic_version`", "Which version the tables have.")
_ROLES = {
    Role.PARTNER: "partner",
    Role.CO_LEAD: "co-lead",
    Role.SUPERVISOR: "supervisor",
    Role.LEARNING_PARTNER: "learning partner",
}


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown writes it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def table_by_table(facts: Facts) -> str:
    """Return every table and every sealed column: what, why, who, sealed or not, how long."""
    rows = [
        (_name(e), e.what, e.why, who_sees.of(e), _sealed(e), e.kept)
        for e in facts.register.entries.values()
    ]
    name, what = _MADE_BY_TOOLS
    rows.append((name, what, "Tables can be changed step by step.", "Nobody.", "no", "one row"))
    head = ("Table", "What is in it", "Why", "Who can see it", "Sealed?", "How long")
    return as_table(head, rows)


def columns(facts: Facts) -> str:
    """Return the names of the columns of every table."""
    told = sorted(facts.columns.items())
    return "\n".join(f"- `{name}`: {', '.join(of_it)}" for name, of_it in told)


def who_sees_what(facts: Facts) -> str:
    """Return who sees what in Slack: a table for each group of things."""
    found = who_sees.matrices(facts)
    return "\n\n".join(f"### {one.title}\n\n{as_table(one.head, one.rows)}" for one in found)


def who_may(facts: Facts) -> str:
    """Return what may be asked of the bot, and by whom."""
    rows = []
    for act, rule in facts.rules.items():
        may = ["yes" if rule.anyone or role in rule.roles else "no" for role in _ROLES]
        rows.append((facts.reviewed["acts"][act.value], *may, "yes" if rule.anyone else "no"))
    return as_table(("To", *_ROLES.values(), "anybody else"), rows)


def scopes(facts: Facts) -> str:
    """Return every right in Slack that the manifest asks for, and its reason."""
    reasons = [facts.reviewed["scopes"][scope] for scope in facts.scopes]
    told = zip(facts.scopes, reasons, strict=True)
    rows = [(f"`{scope}`", reason["why"], reason["opens"]) for scope, reason in told]
    return as_table(("Scope", "What for", "What it opens"), rows)


def events(facts: Facts) -> str:
    """Return everything that Slack tells the bot by itself."""
    told = ((f"`{event}`", facts.reviewed["events"][event]) for event in facts.events)
    return as_table(("Event", "What it says"), told)


def special(facts: Facts) -> str:
    """Return what can tell of somebody's health, and why."""
    rows = [
        (e.title, e.special, who_sees.of(e), _sealed(e), e.kept)
        for e in facts.register.entries.values()
        if e.special is not None
    ]
    head = ("What", "Why it can tell of health", "Who can see it", "Sealed?", "How long")
    return as_table(head, rows)


def yours(facts: Facts) -> str:
    """Return all that is held about a person, who sees it and for how long, said to them."""
    rows = [
        (e.yours.title, who_sees.of_yours(e), _sentence(e.yours.kept))
        for e in facts.register.entries.values()
        if e.owner is not None and e.export
    ]
    return as_table(("What", "Who can see it", "How long"), rows)


def risks(facts: Facts) -> str:
    """Return the risks, as they are before anything is done."""
    rows = [
        (str(number), r["name"], r["harm"], r["likelihood"], r["severity"], r["overall"])
        for number, r in enumerate(facts.reviewed["risk"], 1)
    ]
    return as_table(("", "Risk", "What it can do", "Likelihood", "Severity", "Overall"), rows)


def measures(facts: Facts) -> str:
    """Return what is done about each risk, and what is left of it."""
    rows = [
        (str(number), r["measure"], r["effect"], r["left"], place(facts, "measures_by"))
        for number, r in enumerate(facts.reviewed["risk"], 1)
    ]
    return as_table(("Risk", "Measure", "Effect", "Risk that is left", "Approved"), rows)


def place(facts: Facts, name: str) -> str:
    """Return what the charity filled in, or the room that is left for it."""
    wanted = facts.reviewed["open"][name]
    return facts.answers.get(name) or f"**[your charity fills this in: {wanted}]**"


def places(facts: Facts, used: Iterable[tuple[str, str]]) -> str:
    """Return every open place once: what it is, in which papers, its name, and if it is filled."""
    papers: dict[str, list[str]] = {}
    for name, paper in used:
        if paper not in papers.setdefault(name, []):
            papers[name].append(paper)
    return as_table(("What", "Where", "Its name", "Filled in?"), _places(facts, papers))


def _places(facts: Facts, papers: dict[str, list[str]]) -> Iterator[Sequence[str]]:
    for name, wanted in facts.reviewed["open"].items():
        if name in papers:
            filled = "yes" if name in facts.answers else "**no**"
            yield wanted, ", ".join(papers[name]), f"`{name}`", filled


def _name(entry: Entry) -> str:
    return f"`{entry.table}`" + (f": `{entry.column}`" if entry.column else "")


def _sealed(entry: Entry) -> str:
    if entry.sealed_for is None:
        return "no"
    return "wrapped by the master key" if entry.sealed_for is SealedFor.KEY else "**yes**"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
