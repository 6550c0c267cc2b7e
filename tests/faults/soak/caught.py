"""Which count of a soak has to see which bug that is planted on purpose."""

CAUGHT = {
    "says_saved_before_it_is": "C1 lost",
    "commits_after_sending": "C2 duplicate",
    # Seen as questions that never come, not as duplicates: something else stops the second one.
    "no_unique_key": "C3 missing",
    "sends_uncertain_ones_again": "C2 duplicate",
    "forgets_some": "C3 missing",
    "ignores_quiet_hours": "C4 in quiet hours",
    "clears_the_form": "C6 words gone",
    "shared_with_all": "C7 foreign words",
    "words_in_the_push": "C7 words in a message",
    "deletes_nothing": "C8 still there",
}
