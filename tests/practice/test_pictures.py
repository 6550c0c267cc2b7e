"""Pictures: known by their bytes, shown in the message, never anything else."""

import pytest

from practice.pictures import Picture, picture_in
from tests.practice.samples_of_pictures import GIF, JPEG, PNG
from tests.practice.test_server_files import download

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def sent(client):
    def send(content, name="month.png", **more):
        channel = client.conversations_open(users="U0ADA000000")["channel"]["id"]
        done = client.files_upload_v2(channel=channel, filename=name, content=content, **more)
        return done["file"]

    return send


@pytest.mark.parametrize(
    ("content", "picture"),
    [
        (PNG, Picture("image/png", 3, 2)),
        (GIF, Picture("image/gif", 5, 4)),
        (JPEG, Picture("image/jpeg", 7, 6)),
        (JPEG[:20], Picture("image/jpeg")),
        (SVG, None),
        (b"", None),
        (None, None),
        (b"\x89PN", None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content, picture):
    assert picture_in(content) == picture


def test_a_picture_is_shown_with_its_words_for_those_who_do_not_see_it(sent, ada):
    file = sent(PNG, title="Your month", alt_txt="Nine sessions", initial_comment="Here it is")
    assert file["alt_txt"] == "Nine sessions"
    message = ada.app_messages()[0]
    shown = message["files"][0]
    assert message["text"] == "Here it is"
    assert (shown["alt"], shown["picture"]) == ("Nine sessions", {"width": 3, "height": 2})

    status, headers, content = download(file["url_private"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["month.svg", "month.png", "month.html"])
def test_anything_else_is_to_be_kept_whatever_it_is_called(sent, ada, name):
    file = sent(SVG, name=name)
    assert ada.app_messages()[0]["files"][0]["picture"] is None
    _, headers, _ = download(file["url_private"])
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_by_another_name_is_served_as_what_it_is(sent):
    _, headers, _ = download(sent(PNG, name="page.html")["url_private"])
    assert headers["Content-Type"] == "image/png"


def test_a_name_may_hold_what_addresses_hold(sent):
    file = sent(PNG, name="May? 50% #1.png")
    status, headers, content = download(file["url_private"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Disposition"].endswith("May%3F%2050%25%20%231.png")


def test_the_ledger_tells_where_a_file_was_shared(sent, ada, control):
    sent(PNG, initial_comment="Here it is")
    entry = control.ledger(method="files.completeUploadExternal")[0]
    message = ada.app_messages()[0]
    assert (entry["ts"], entry["text"]) == (message["ts"], "Here it is")
    assert entry["user"] == "U0ADA000000"
