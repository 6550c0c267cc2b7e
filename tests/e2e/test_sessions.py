"""A partner logs, reads, changes and takes away sessions."""


def test_a_session_is_logged_with_three_clicks_and_no_words(ada):
    ada.command("/session")
    assert ada.title == "Log a session"

    ada.submit()

    assert "Your session is saved." in ada.reads
    assert "coaching, 1 hour, video. It happened, paid" in ada.reads
