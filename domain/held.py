"""Which kinds of thing each table holds; a table that is not named here fails the tests.

`SIGHTS` says who sees these kinds. Housekeeping is what the program needs to do its work: no page
shows it to anybody, except to a person in the copy of what is held about them.
"""

from collections.abc import Mapping

from domain.sights import Thing

HOUSEKEEPING: frozenset[Thing] = frozenset()

HOLDS: Mapping[str, frozenset[Thing]] = {
    "sessions": frozenset({Thing.SESSION_FACTS, Thing.CLIENT_CODE}),
    "sessions.details": frozenset({Thing.HEAVINESS, Thing.SESSION_DETAILS}),
    "sessions.action": frozenset({Thing.SESSION_DETAILS}),
    "sessions.note": frozenset({Thing.PRIVATE_NOTE}),
    "session_totals": frozenset({Thing.SESSION_FACTS, Thing.TALLY}),
    "kept_pay": HOUSEKEEPING,
    "journal": frozenset({Thing.JOURNAL}),
    "journal.words": frozenset({Thing.JOURNAL}),
    "journal_shares": frozenset({Thing.JOURNAL}),
    "prompts_given": frozenset({Thing.QUESTIONS_GIVEN}),
    "nudges": frozenset({Thing.NUDGE}),
    "nudges.words": frozenset({Thing.NUDGE}),
    "check_ins": frozenset({Thing.CHECK_IN_RESULT}),
    "check_ins.bag": frozenset({Thing.CHECK_IN_ANSWER}),
    "check_ins.words": frozenset({Thing.CHECK_IN_RESULT}),
    "supervision_requests": frozenset({Thing.REQUEST_EXISTS, Thing.BOOKED_TIME}),
    "supervision_requests.wishes": frozenset(
        {Thing.REQUEST_PURPOSE, Thing.REQUEST_NOTE, Thing.RATHER_NOT}
    ),
    "supervision_requests.note": frozenset({Thing.REQUEST_NOTE}),
    "supervision_openings": frozenset({Thing.OPENINGS}),
    "supervision_records": frozenset({Thing.MEETING_RECORD}),
    "supervision_records.next_step": frozenset({Thing.NEXT_STEP}),
    "supervisors": frozenset({Thing.TIME_OFF}),
    "time_off": frozenset({Thing.TIME_OFF}),
    "learning_sets": frozenset({Thing.SET_PLAN}),
    "learning_sets.link": frozenset({Thing.SET_LINK}),
    "set_members": frozenset({Thing.SET_PLACE, Thing.SET_LINE}),
    "set_meetings": frozenset({Thing.SET_MEETING, Thing.SET_RUN}),
    "set_dates": frozenset({Thing.SET_MEETING}),
    "set_ticks": frozenset({Thing.DATES_TICKED}),
    "set_answers": frozenset({Thing.COMING, Thing.DATES_TICKED}),
    "set_roles": frozenset({Thing.SET_ROLE, Thing.ROLE_DECLINED}),
    "set_offers": frozenset({Thing.OFFER}),
    "set_offers.words": frozenset({Thing.OFFER}),
    "set_actions": frozenset({Thing.SET_ACTION}),
    "set_actions.words": frozenset({Thing.SET_ACTION}),
    "preferences": frozenset({Thing.RHYTHM, Thing.ACCESS}),
    "preferences.words": frozenset({Thing.ACCESS}),
    "schedules": frozenset({Thing.RHYTHM, Thing.COHORT_PLAN}),
    "schedules.peace": frozenset({Thing.HEAVINESS}),
    "people": frozenset({Thing.ENROLMENT, Thing.NATION}),
    "roles": frozenset({Thing.ENROLMENT}),
    "departures": frozenset({Thing.ENROLMENT}),
    "cohorts": frozenset({Thing.COHORT_PLAN}),
    "cohort_phases": frozenset({Thing.COHORT_PLAN}),
    "cohort_members": frozenset({Thing.COHORT_MEMBER}),
    "prompts": frozenset({Thing.QUESTION_BANK}),
    "programme": frozenset({Thing.PROMISES}),
    "audit": frozenset({Thing.AUDIT_LINE, Thing.OPENINGS}),
    "audit_chain": HOUSEKEEPING,
    "check_in_keys": HOUSEKEEPING,
    "check_in_keys.wrapped": HOUSEKEEPING,
    "deliveries": HOUSEKEEPING,
    "erasures": HOUSEKEEPING,
    "heartbeats": HOUSEKEEPING,
    "house_keys": HOUSEKEEPING,
    "house_keys.wrapped": HOUSEKEEPING,
    "idempotency": HOUSEKEEPING,
    "learning_set_keys": HOUSEKEEPING,
    "learning_set_keys.wrapped": HOUSEKEEPING,
    "pace": HOUSEKEEPING,
    "person_keys": HOUSEKEEPING,
    "person_keys.wrapped": HOUSEKEEPING,
    "retention_runs": HOUSEKEEPING,
    "sent_files": HOUSEKEEPING,
    "vault_sentinel": HOUSEKEEPING,
    "vault_sentinel.sealed": HOUSEKEEPING,
}
