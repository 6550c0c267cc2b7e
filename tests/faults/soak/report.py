"""Writes down what a soak was, what it found and what it could not judge."""

from tests.faults.soak.soak import PROMISES, Result

SAYS = {
    "C1": "what a person was told is saved is never lost",
    "C2": "at most one push per schedule, local date and person",
    "C3": "what was due came in its window, or waits on the Home tab",
    "C4": "nothing in quiet hours, after an opt-out or in a pause, or to somebody who left",
    "C5": "after a crash somebody gets an answer again within 30 seconds",
    "C6": "a save that did not work keeps the words on screen",
    "C7": "nobody saw words of somebody else that were not shared with them",
    "C8": "what was erased stands nowhere afterwards",
}
HOW = {
    "C1": "sessions, words, places and results, each time somebody looked for them",
    "C2": "pushes that come once",
    "C3": "questions, nudges and requests that were surely due",
    "C4": "pushes",
    "C5": "crashes",
    "C6": "saves that did not work at first",
    "C7": "times that marked words stood on another screen",
    "C8": "writings of people who had everything deleted",
}
NOT_JUDGED = """\
- Every two weeks and once a month: only the weekly rhythm is counted out. Duplicates and quiet
  hours are judged for all.
- A day in the week after somebody changed their rhythm, a pause or a heavy session: what is due
  then depends on the very second at which it was saved.
- The third question after two without a word, and what follows: the bot may go quiet.
- Check-ins, reminders of meetings and news of requests: judged for duplicates and quiet hours, not
  for coming. That each answer to a check-in counts is judged.
  Alerts of supervision may come twice, and are judged for coming only.
- The one word of a check-in after its writer had everything deleted: nobody can tell whose it was.
- What stands in the database: only what people see, and what the programs wrote into their logs.
  Old copies and backups have trials of their own, in `tests/faults/test_erasure.py` and
  `tests/storage/test_restored.py`.
- The very instants of kills: the seed gives the order of what people do and of what breaks, and the
  machine's speed decides which of the two is first.
"""


HOW_IT_IS_KNOWN = """\
`python -m tests.faults.soak --planted all` runs a small soak with each of ten bugs planted on
purpose. Each has to be seen by the count that is about it. `tests/faults/test_soak_judge.py` shows
the judge made-up histories, one for each way to break a promise."""


def markdown(result: Result, command: str) -> str:
    """Return the report."""
    return "\n".join(
        [
            "# The soak: a month in trouble",
            "",
            _about(result),
            "",
            "```sh",
            command,
            "```",
            "",
            "## What was promised, and what was found",
            "",
            *_promises(result),
            "",
            *_violations(result),
            "## What happened",
            "",
            *_figures(result),
            "",
            "## What people did",
            "",
            *_deeds(result),
            "",
            "## What could not be judged",
            "",
            NOT_JUDGED,
            *_open(result),
            "",
            "## How it is known that this sees anything",
            "",
            HOW_IT_IS_KNOWN,
            "",
        ]
    )


def _about(result: Result) -> str:
    plan = result.plan
    return (
        f"{plan.people:,} made-up people lived {plan.days} days with {plan.processes} processes"
        " of the bot on one PostgreSQL, in a practice\nworkspace with its rate limits on. Meanwhile"
        " processes were killed, the database was restarted, and Slack\nhad its troubles. The judge"
        " reads only what people saw and what the workspace took."
    )


def _promises(result: Result) -> list[str]:
    rows = ["| | Promise | Judged | Broken |", "|---|---|---|---|"]
    for promise in PROMISES:
        judged = f"{result.verdict.judged[promise]:,} {HOW[promise]}"
        broken = result.verdict.count(promise)
        rows.append(f"| {promise} | {SAYS[promise]} | {judged} | {broken} |")
    return rows


def _violations(result: Result) -> list[str]:
    if not result.violations:
        return []
    lines = [f"- {one.promise} {one.name}: {one.detail}" for one in result.verdict.violations[:50]]
    return ["What was broken:", "", *lines, ""]


def _figures(result: Result) -> list[str]:
    facts = result.facts()
    person_days = result.plan.people * result.plan.days
    names = {
        "seed": "Seed",
        "kills": "Processes killed",
        "database_restarts": "Restarts of the database",
        "ended_by_themselves": "Processes that ended by themselves",
        "troubles_of_slack": "Troubles of Slack",
        "slowest_answer": "Slowest first answer after a crash, in seconds",
        "deeds": "Things that people did",
        "interactions": "Presses, forms and pages for that",
        "retries": "Times somebody had to press again",
        "pushes": "Messages that the workspace took",
        "gone": "People who left on the way",
        "seconds": "Seconds it took",
    }
    rows = ["| | |", "|---|---|"]
    rows += [f"| {label} | {facts[name]:,} |" for name, label in names.items()]
    rows += [f"| What such a process said | `{said}` |" for said in result.last_words]
    ratio = result.deeds / person_days
    rows.append(f"| Things done for each person and day | {ratio:.2f} |")
    rows.append(f"| What the bot called a surprise | {_surprises(result)} |")
    return rows


def _surprises(result: Result) -> int:
    return len(result.month.history.surprises) if result.month else 0


def _deeds(result: Result) -> list[str]:
    assert result.month is not None
    rows = ["| What | How often |", "|---|---|"]
    known = sorted(result.month.done.items(), key=lambda one: -one[1])
    return rows + [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in known]


def _open(result: Result) -> list[str]:
    rows = sorted(result.verdict.open.items())
    return ["In figures, of this run:", "", *[f"- {name}: {count:,}" for name, count in rows]]
