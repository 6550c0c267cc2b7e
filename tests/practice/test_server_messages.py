"""chat.*, conversations.* and users.*: as strict as Slack."""

import json

import pytest

from practice.server import Practice
from tests.practice.conftest import (
    Control,
    error,
    manifest_with,
    refusal,
    section,
    text,
    web_client,
)

ADA = "U0ADA000000"
JONAS_WHO_LEFT = "U0JONAS0000"
COHORT = "C0SPRING000"


def test_a_message_answers_with_itself(client):
    said = client.chat_postMessage(channel=COHORT, text="Hello", blocks=[section("*Hello*")])
    message = said["message"]
    assert message["ts"] == said["ts"]
    assert message["text"] == "Hello"
    assert message["blocks"][0]["block_id"]
    assert {"user", "bot_id", "app_id", "team", "bot_profile"} <= set(message)


def test_a_person_named_by_id_gets_it_in_their_direct_messages(client, ada):
    said = client.chat_postMessage(channel=ADA, text="For you")
    assert said["channel"].startswith("D")
    assert [m["text"] for m in ada.app_messages()] == ["For you"]
    again = client.conversations_open(users=ADA)
    assert again["channel"]["id"] == said["channel"]
    assert again["already_open"] is True


@pytest.mark.parametrize(
    ("channel", "wanted"),
    [
        ("C0NOWHERE00", "channel_not_found"),
        ("U0NOBODY000", "channel_not_found"),
        ("C0GENERAL00", "not_in_channel"),
        ("general", "not_in_channel"),
        ("C0SETONE000", "channel_not_found"),
    ],
)
def test_a_place_the_bot_cannot_post_to_is_refused(client, channel, wanted):
    assert error(client.chat_postMessage, channel=channel, text="Hello") == wanted


def test_a_message_to_someone_who_left_is_taken_as_slack_takes_it(client):
    assert client.chat_postMessage(channel=JONAS_WHO_LEFT, text="Hello")["ok"]
    assert error(client.conversations_open, users=JONAS_WHO_LEFT) == "user_disabled"


def test_a_message_without_words_is_refused(client):
    assert error(client.api_call, "chat.postMessage", params={"channel": ADA}) == "no_text"


def test_bad_blocks_are_refused_with_their_place(client):
    answer = refusal(
        client.api_call,
        "chat.postMessage",
        json={"channel": ADA, "text": "x", "blocks": [section("x" * 3001)]},
    )
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/0/text" in answer["response_metadata"]["messages"][0]


def test_a_very_long_text_is_cut_and_the_answer_says_so(client):
    said = client.chat_postMessage(channel=ADA, text="x" * 40_001)
    assert len(said["message"]["text"]) == 40_000
    assert said["response_metadata"]["warnings"] == ["message_truncated"]


def test_a_message_is_changed_and_taken_back_by_its_author_only(client, ada):
    said = client.chat_postMessage(channel=ADA, text="One", blocks=[section("One")])
    place = {"channel": said["channel"], "ts": said["ts"]}

    client.chat_update(**place, text="Two")
    shown = ada.app_messages()[0]
    assert (shown["text"], shown["edited"], len(shown["blocks"])) == ("Two", True, 1)
    client.chat_update(**place, text="Two", blocks=[])
    assert ada.app_messages()[0]["blocks"] == []
    assert error(client.chat_update, **place, text="x" * 4001) == "msg_too_long"

    client.chat_delete(**place)
    assert ada.app_messages() == []
    assert error(client.chat_update, **place, text="Three") == "message_not_found"

    ts = ada.message(channel="app", text="Mine")["ts"]
    mine = {"channel": said["channel"], "ts": ts}
    assert error(client.chat_update, **mine, text="Yours") == "cant_update_message"
    assert error(client.chat_delete, **mine) == "cant_delete_message"


def test_an_ephemeral_message_needs_its_reader_in_the_channel(client):
    answer = error(client.chat_postEphemeral, channel=COHORT, user="U0IONA00000", text="Psst")
    assert answer == "user_not_in_channel"
    ts = client.chat_postEphemeral(channel=COHORT, user=ADA, text="Psst")["message_ts"]
    assert error(client.chat_update, channel=COHORT, ts=ts, text="x") == "message_not_found"


def test_words_that_look_like_markup_stay_words_where_they_were_escaped(client, ada):
    client.chat_postMessage(channel=ADA, text="&lt;!channel&gt; <@U0BILAL0000>")
    kinds = [t["type"] for t in ada.app_messages()[0]["text_tokens"]]
    assert "broadcast" not in kinds
    assert "user" in kinds


def test_conversations_open_refuses_what_it_cannot_open(client):
    opened = client.conversations_open
    assert error(opened, users="U0NOBODY000") == "user_not_found"
    assert error(opened, channel=COHORT) == "method_not_supported_for_channel_type"
    several = refusal(opened, users=f"{ADA},U0BILAL0000")
    assert (several["error"], several["needed"]) == ("missing_scope", "mpim:write")
    assert error(client.api_call, "conversations.open") == "users_list_not_supplied"


def test_people_come_in_pages(client):
    names, cursor = [], ""
    while True:
        page = client.users_list(limit=5, cursor=cursor)
        names += [member["name"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(names) == len(set(names))
    assert {"ada", "jonas", "kit", "slackbot", "alongside"} <= set(names)
    assert "lena" not in names
    assert error(client.users_list, cursor="nonsense") == "invalid_cursor"


def test_one_person_is_described_as_slack_describes_them(client):
    ada = client.users_info(user=ADA)["user"]
    assert ada["real_name"] == "Ada Example"
    assert ada["tz"] == "Europe/London"
    assert ada["profile"]["title"] == "Partner"
    assert "email" not in ada["profile"]
    assert client.users_info(user="U0LENA00000")["user"]["is_stranger"] is True
    assert client.users_info(user="U0KIT000000")["user"]["is_ultra_restricted"] is True
    assert client.users_info(user=JONAS_WHO_LEFT)["user"]["deleted"] is True
    assert error(client.users_info, user="U0NOBODY000") == "user_not_found"


def test_arguments_are_read_from_forms_json_and_the_address(client, control):
    def call(method, body, kind, path="/api/chat.postMessage"):
        bearer = {"Authorization": f"Bearer {control.practice.bot_token}", "Content-Type": kind}
        return control.request(method, path, body, bearer).json

    as_form = b"channel=U0ADA000000&text=form&blocks=%5B%5D"
    assert call("POST", as_form, "application/x-www-form-urlencoded")["ok"]
    as_json = json.dumps({"channel": ADA, "text": "json", "blocks": [section("x")]}).encode()
    assert call("POST", as_json, "application/json; charset=utf-8")["ok"]
    assert call("POST", b"{", "application/json")["error"] == "invalid_json"
    assert call("POST", b"[]", "application/json")["error"] == "json_not_object"
    assert call("POST", b"x", "image/png")["error"] == "invalid_post_type"
    deep = b'{"a":' * 100_000
    assert call("POST", deep, "application/json")["error"] == "invalid_json"
    read = call("GET", None, "", "/api/users.info?user=U0ADA000000")
    assert read["user"]["name"] == "ada"
    posted = call("GET", None, "", "/api/chat.postMessage?channel=U0ADA000000&text=x")
    assert posted["ok"] is False


@pytest.mark.parametrize(
    ("method", "token", "wanted"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", "app", "not_allowed_token_type"),
        ("apps.connections.open", "bot", "not_allowed_token_type"),
        ("no.such.method", "bot", "unknown_method"),
        ("team.info", "bot", "missing_scope"),
        ("conversations.list", "bot", "missing_scope"),
        ("conversations.history", "bot", "missing_scope"),
    ],
)
def test_tokens_and_scopes_are_checked(practice, control, method, token, wanted):
    known = {"bot": practice.bot_token, "app": practice.app_token}
    headers = {"Authorization": f"Bearer {known.get(token, token)}"} if token else {}
    answer = control.request("POST", f"/api/{method}", headers=headers).json
    assert answer["error"] == wanted
    if wanted == "missing_scope":
        assert "chat:write" in answer["provided"]
        assert answer["needed"]


def test_the_token_may_stand_in_the_body_but_not_for_a_connection(practice, control):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"token={practice.bot_token}".encode()
    assert control.request("POST", "/api/auth.test", body, form).json["ok"]
    body = f"token={practice.app_token}".encode()
    refused = control.request("POST", "/api/apps.connections.open", body, form).json
    assert refused["error"] == "not_authed"


def test_a_scope_that_the_manifest_does_not_name_is_missing():
    with Practice(manifest_with(scopes=["commands"])) as running:
        answer = refusal(web_client(running).chat_postMessage, channel=ADA, text="x")
        assert answer["needed"] == "chat:write"
        assert answer["provided"] == "commands"


def test_every_answer_carries_slacks_headers(client, control):
    headers = {k.lower(): v for k, v in client.auth_test().headers.items()}
    assert "chat:write" in headers["x-oauth-scopes"]
    assert headers["x-slack-req-id"]
    control.move_clock(40 * 86400)
    assert client.auth_test().headers["Date"] != headers["date"]


def test_who_the_bot_is(client, control):
    who = client.auth_test()
    assert who["team"] == "Practice"
    assert who["user"] == "alongside"
    assert who["bot_id"].startswith("B")
    assert who["user_id"] == control.get("state")["workspace"]["bot"]["user_id"]


def test_the_app_cannot_write_where_its_messages_are_turned_off():
    with Practice(manifest_with(app_home={"messages_tab_enabled": False})) as running:
        answer = refusal(web_client(running).chat_postMessage, channel=ADA, text="x")
        assert answer["error"] == "messages_tab_disabled"


def test_a_person_cannot_write_where_the_app_only_reads_to_them():
    with Practice(manifest_with(app_home={"messages_tab_read_only_enabled": True})) as running:
        answer = Control(running).as_("ada").message(channel="app", text="Hello")
        assert answer["error"] == "read_only"


def test_nothing_is_posted_in_an_archived_channel(client, ada):
    ts = client.chat_postMessage(channel=COHORT, text="Before")["ts"]
    assert ada.command(command="/archive", channel="spring-cohort")["ok"]
    assert error(client.chat_postMessage, channel=COHORT, text="x") == "is_archived"
    assert error(client.chat_update, channel=COHORT, ts=ts, text="x") == "is_inactive"


def test_attachments_nested_without_end_are_refused(client):
    deep = "x"
    for _ in range(200):
        deep = {"fields": [deep]}
    answer = error(
        client.api_call,
        "chat.postMessage",
        json={"channel": ADA, "text": "x", "attachments": [deep]},
    )
    assert answer == "invalid_attachments"


def test_markdown_text_does_not_go_with_text(client):
    answer = error(
        client.api_call,
        "chat.postMessage",
        json={"channel": ADA, "text": "x", "markdown_text": "**x**"},
    )
    assert answer == "markdown_text_conflict"


def test_a_notice_about_the_title_of_a_text_object_has_its_tokens(client, ada):
    client.chat_postMessage(
        channel=ADA, text="x", blocks=[{"type": "header", "text": text("Hello :tada:")}]
    )
    header = ada.app_messages()[0]["blocks"][0]["text"]
    assert [t["type"] for t in header["tokens"]] == ["text", "emoji"]
