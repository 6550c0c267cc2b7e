"""Files: the three steps of an upload, downloading, deleting, and files in forms."""

import http.client
from urllib.parse import urlsplit

import pytest

from practice.server import Practice
from tests.practice.conftest import Control, error, manifest_with, modal, text, web_client

WORDS = b"hello,world\r\n"


@pytest.fixture
def upload(client):
    def send(**more):
        channel = client.conversations_open(users="U0ADA000000")["channel"]["id"]
        return client.files_upload_v2(
            filename="hours.csv", content=WORDS.decode(), title="Hours", channel=channel, **more
        )

    return send


def download(url):
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    found = answer.status, answer.headers, answer.read()
    line.close()
    return found


def test_an_uploaded_file_arrives_in_a_message_and_can_be_downloaded(upload, ada):
    file = upload(initial_comment="Here you are")["file"]
    assert file["title"] == "Hours"
    assert file["mimetype"] == "text/csv"
    message = ada.app_messages()[0]
    assert message["text"] == "Here you are"
    shown = message["files"][0]
    assert (shown["name"], shown["title"], shown["size"]) == ("hours.csv", "Hours", len(WORDS))

    status, headers, content = download(file["url_private_download"])
    assert (status, content) == (200, WORDS)
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_needs_its_own_token(upload, control):
    url = urlsplit(upload()["file"]["url_private"])
    assert control.request("GET", url.path).status == 403
    assert control.request("GET", f"{url.path}?t=guess").status == 403
    assert control.request("GET", f"/files/F0NOTHING00/x?{url.query}").status == 404


def test_a_deleted_file_is_gone_from_the_message_too(upload, client, ada):
    file = upload(initial_comment="Here")["file"]
    assert client.files_delete(file=file["id"])["ok"]
    assert ada.app_messages()[0]["files"] == []
    assert download(file["url_private"])[0] == 404
    assert error(client.files_delete, file=file["id"]) == "file_not_found"


def test_each_step_is_checked(client, control):
    asked = client.files_getUploadURLExternal
    assert error(asked, filename="x", length=0) == "missing_argument"
    assert error(asked, filename="x", length=10**9) == "file_upload_size_restricted"
    step = asked(filename="x.txt", length=3)
    path = urlsplit(step["upload_url"]).path
    raw = {"Content-Type": "application/octet-stream"}
    assert control.request("POST", path, b"four", raw).status == 400
    assert error(client.files_completeUploadExternal, files=[{"id": step["file_id"]}]) == (
        "file_not_found"
    )
    assert control.request("POST", path, b"abc", raw).text == "OK - 3"
    assert control.request("POST", path, b"abc", raw).status == 404
    done = client.files_completeUploadExternal
    files = [{"id": step["file_id"], "title": "X"}]
    assert error(done, files=files, channel_id="C0NOWHERE00") == "invalid_channel"
    assert error(done, files=files, channel_id="C0GENERAL00") == "posting_to_channel_denied"
    assert done(files=files)["files"][0]["title"] == "X"


def test_looking_at_a_file_needs_a_scope_of_its_own(client):
    assert error(client.files_info, file="F1") == "missing_scope"
    scopes = ["commands", "users:read", "files:read", "files:write"]
    with Practice(manifest_with(scopes=scopes)) as running:
        allowed = web_client(running)
        file = allowed.files_upload_v2(filename="a.txt", content="abc")["file"]
        assert allowed.files_info(file=file["id"])["file"]["name"] == "a.txt"


def test_more_than_five_megabytes_are_not_taken(client, control):
    step = client.files_getUploadURLExternal(filename="x", length=5 * 1024 * 1024)
    path = urlsplit(step["upload_url"]).path
    raw = {"Content-Type": "application/octet-stream"}
    assert control.request("POST", path, b"x" * (5 * 1024 * 1024 + 1), raw).status == 413


def send_as(control, person, name, content):
    edge = "edge"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="person"\r\n\r\n{person}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        f"{content}\r\n--{edge}--\r\n"
    ).encode()
    headers = {
        "Authorization": f"Bearer {control.practice.control_token}",
        "Content-Type": f"multipart/form-data; boundary={edge}",
    }
    return control.request("POST", "/control/upload", body, headers)


def test_a_person_puts_a_file_into_a_form(bot, ada, control):
    element = {"type": "file_input", "action_id": "a", "max_files": 2}
    bot.opens(modal({"type": "input", "block_id": "f", "label": text("Files"), "element": element}))
    bot.answers()
    file = send_as(control, "ada", "note.txt", "hello").json["file"]
    ada.command(command="/session")
    assert ada.submit(values={"Files": [file["id"]]})["ok"]
    sent = bot.heard[1]["view"]["state"]["values"]["f"]["a"]["files"]
    assert [f["id"] for f in sent] == [file["id"]]
    assert sent[0]["name"] == "note.txt"


def test_an_upload_without_a_file_or_person_is_refused_in_words(practice):
    control = Control(practice)
    assert send_as(control, "nobody", "a.txt", "x").status == 400
    assert "There is no file" in send_as(control, "ada", "a.txt", "").json["message"]
