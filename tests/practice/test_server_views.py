"""Modals and Home tabs: triggers, stacks, hashes, what is typed, what the app answers."""

from practice.server import Practice
from tests.practice.conftest import (
    button,
    error,
    field_block,
    home,
    manifest_with,
    modal,
    refusal,
    section,
    text,
    web_client,
)

ADA = "U0ADA000000"


def test_an_opened_view_carries_everything_slack_adds(opened):
    view = opened(modal(private_metadata="kept", external_id="mine"))
    assert view["id"].startswith("V")
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["external_id"] == "mine"
    assert view["clear_on_close"] is False
    assert view["state"]["values"] == {"name": {"a": {"type": "plain_text_input", "value": None}}}
    assert {"hash", "team_id", "app_id", "bot_id", "app_installed_team_id"} <= set(view)


def test_a_trigger_works_once(client, trigger):
    once = trigger()
    client.views_open(trigger_id=once, view=modal())
    assert error(client.views_open, trigger_id=once, view=modal()) == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(client, trigger, control):
    old = trigger()
    control.move_clock(4)
    assert error(client.views_open, trigger_id=old, view=modal()) == "expired_trigger_id"


def test_a_made_up_trigger_is_refused(client):
    assert error(client.views_open, trigger_id="1.2.abc", view=modal()) == "invalid_trigger_id"
    missing = refusal(client.api_call, "views.open", json={"view": modal()})
    assert missing["error"] == "invalid_arguments"


def test_a_view_that_was_refused_leaves_its_trigger_unused(client, trigger):
    once = trigger()
    bad = modal(title=text("x" * 25))
    answer = refusal(client.views_open, trigger_id=once, view=bad)
    assert answer["error"] == "invalid_arguments"
    assert any("/view/title" in m for m in answer["response_metadata"]["messages"])
    assert client.views_open(trigger_id=once, view=modal())["ok"]


def test_a_home_view_cannot_be_opened_nor_a_modal_published(client, trigger):
    assert error(client.views_open, trigger_id=trigger(), view=home()) == "invalid_arguments"
    assert error(client.views_publish, user_id=ADA, view=modal()) == "invalid_arguments"


def test_a_stack_holds_three_views_of_one_person(bot, ada, control):
    more = {"type": "actions", "block_id": "b", "elements": [button("More", "more")]}
    bot.opens(modal(more))
    problems = []

    @bot.app.action("more")
    def push(ack, body, client):
        ack()
        answer = (
            client.api_call(
                "views.push", json={"trigger_id": body["trigger_id"], "view": modal(more)}
            )
            if len(problems) < 2
            else refusal(client.views_push, trigger_id=body["trigger_id"], view=modal(more))
        )
        problems.append(answer.get("error"))

    control.as_("bilal").command(command="/session")
    ada.command(command="/session")
    for _ in range(3):
        ada.action(label="More")
    assert problems == [None, None, "push_limit_reached"]

    stack = ada.sees()["modals"]
    assert len(stack) == 3
    assert [v["previous_view_id"] for v in stack] == [None, stack[0]["id"], stack[1]["id"]]
    assert {v["root_view_id"] for v in stack} == {stack[0]["id"]}
    assert len(control.as_("bilal").sees()["modals"]) == 1


def test_a_view_is_pushed_only_from_within_a_modal(client, trigger, opened):
    opened()
    assert error(client.views_push, trigger_id=trigger(), view=modal()) == "not_found"


def test_an_update_checks_the_hash_and_changes_it(client, opened, ada):
    first = opened()
    second = client.views_update(
        view_id=first["id"], hash=first["hash"], view=modal(title=text("Second"))
    )["view"]
    assert second["id"] == first["id"]
    assert second["hash"] != first["hash"]
    late = {"view_id": first["id"], "hash": first["hash"], "view": modal()}
    assert error(client.views_update, **late) == "hash_conflict"
    assert ada.sees()["modals"][0]["title"]["text"] == "Second"


def test_an_update_finds_a_view_by_the_apps_own_id(client, opened, trigger):
    opened(modal(external_id="mine"))
    assert client.views_update(external_id="mine", view=modal(external_id="mine"))["ok"]
    taken = modal(external_id="mine")
    assert error(client.views_open, trigger_id=trigger(), view=taken) == "duplicate_external_id"
    assert error(client.views_update, view_id="V0NOTHING00", view=modal()) == "not_found"
    nameless = refusal(client.api_call, "views.update", json={"view": modal()})
    assert nameless["error"] == "invalid_arguments"


def test_what_was_typed_stays_through_an_update_where_the_ids_stay(client, opened, ada):
    view = opened(modal(field_block("Name", "name"), field_block("Place", "place")))
    ada.input(view_id=view["id"], block_id="name", action_id="a", value="Kept")
    ada.input(view_id=view["id"], block_id="place", action_id="a", value="Lost")
    client.views_update(
        view_id=view["id"],
        view=modal(field_block("Name", "name"), field_block("Place", "other")),
    )
    values = ada.sees()["modals"][0]["state"]["values"]
    assert values["name"]["a"]["value"] == "Kept"
    assert values["other"]["a"]["value"] is None


def test_a_home_tab_is_published_to_one_person(client, ada, control):
    first = client.views_publish(user_id=ADA, view=home(section("One")))["view"]
    assert first["type"] == "home"
    late = client.views_publish(user_id=ADA, hash=first["hash"], view=home(section("Two")))
    assert late["view"]["id"] == first["id"]
    again = {"user_id": ADA, "hash": first["hash"], "view": home()}
    assert error(client.views_publish, **again) == "hash_conflict"
    assert ada.sees()["home"]["blocks"][0]["text"]["text"] == "Two"
    assert control.as_("bilal").sees()["home"] is None
    nobody = refusal(client.views_publish, user_id="U0NOBODY000", view=home())
    assert nobody["error"] == "invalid_arguments"
    assert nobody["response_metadata"]["messages"] == ["invalid `user_id`"]


def test_a_home_tab_that_is_turned_off_cannot_be_published():
    with Practice(manifest_with(app_home={"home_tab_enabled": False})) as running:
        answer = error(web_client(running).views_publish, user_id=ADA, view=home())
        assert answer == "not_enabled"
