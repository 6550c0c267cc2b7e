"""Socket Mode: tickets, connections, acknowledgements, retries, reconnects; two kinds of client."""

import asyncio
import contextlib
import json
import re
import socket as socket_module
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AsyncSocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from practice.server import Practice
from practice.world import Settings
from tests.practice.conftest import (
    MANIFEST,
    Control,
    connect,
    wait_until,
    web_client,
)


def address(practice):
    return web_client(practice).apps_connections_open(app_token=practice.app_token)["url"]


async def hello(session, url):
    socket = await session.ws_connect(url)
    return socket, await socket.receive_json(timeout=20)


def raw(work):
    """Run `work(session)` with an aiohttp client, a second kind of WebSocket client."""

    async def run():
        async with aiohttp.ClientSession() as session:
            return await work(session)

    return asyncio.run(run())


def test_hello_says_how_many_are_connected_and_which_app(practice):
    async def two(session):
        first = await hello(session, address(practice))
        second = await hello(session, address(practice))
        return first[1], second[1]

    one, two_ = raw(two)
    assert one["type"] == "hello"
    assert (one["num_connections"], two_["num_connections"]) == (1, 2)
    assert one["connection_info"]["app_id"].startswith("A")
    assert "approximate_connection_time" in one["debug_info"]


def test_an_address_works_once(practice):
    async def twice(session):
        url = address(practice)
        await hello(session, url)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url)
        return refused.value.status

    assert raw(twice) == 403


def test_connections_are_turned_away_as_often_as_was_asked(practice, control):
    async def four(session):
        seen = []
        for _ in range(4):
            try:
                _, said = await hello(session, address(practice))
                seen.append(said["type"])
            except aiohttp.WSServerHandshakeError as refused:
                seen.append(refused.status)
        return seen

    control.fault(socket="refuse", times=2)
    assert raw(four) == [403, 403, "hello", "hello"]

    control.fault(socket="refuse", times=9)
    control.fault(clear=True)
    assert raw(four) == ["hello"] * 4


def test_an_eleventh_connection_is_told_that_there_are_too_many(practice):
    async def eleven(session):
        kept = [await hello(session, address(practice)) for _ in range(10)]
        _, last = await hello(session, address(practice))
        assert not any(socket.closed for socket, _ in kept)
        return last

    last = raw(eleven)
    assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")


def test_the_wire_format_is_slacks(practice, control):
    async def one(session):
        socket, _ = await hello(session, address(practice))
        acting = asyncio.create_task(
            asyncio.to_thread(control.as_("ada").command, command="/session")
        )
        command = await socket.receive_json(timeout=20)
        await socket.send_json({"envelope_id": command["envelope_id"]})
        answer = await acting
        acting = asyncio.create_task(asyncio.to_thread(control.as_("ada").home))
        event = await socket.receive_json(timeout=20)
        await socket.send_json({"envelope_id": event["envelope_id"]})
        await acting
        return answer, command, event

    answer, command, event = raw(one)
    assert answer["ok"]
    assert set(command) == {"envelope_id", "payload", "type", "accepts_response_payload"}
    assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
    assert event["type"] == "events_api"
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")
    assert event["accepts_response_payload"] is False
    payload = event["payload"]
    assert payload["type"] == "event_callback"
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["is_bot"] is True


def test_nonsense_does_not_disturb_a_connection(practice, control):
    async def odd(session):
        socket, _ = await hello(session, address(practice))
        await socket.send_str("not json")
        await socket.send_str("[1, 2]")
        await socket.send_bytes(b"bytes")
        await socket.send_json({"envelope_id": "made-up"})
        acting = asyncio.create_task(
            asyncio.to_thread(control.as_("ada").command, command="/session")
        )
        envelope = await socket.receive_json(timeout=20)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {}})
        return await acting

    assert raw(odd)["ok"]


def frame(opcode, data, *, last=True):
    """One masked WebSocket frame (RFC 6455, 5.2) of less than 126 bytes."""
    mask = b"mask"
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
    return bytes([(0x80 if last else 0) | opcode, 0x80 | len(data)]) + mask + masked


def test_an_acknowledgement_in_pieces_with_a_ping_between_is_understood(practice, control):
    url = urlsplit(address(practice))
    line = socket_module.create_connection((url.hostname, url.port), timeout=20)
    line.sendall(
        f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    wait_until(lambda: control.get("health")["bot"] == "connected")
    with ThreadPoolExecutor(1) as other:
        acting = other.submit(control.as_("ada").command, command="/session")
        heard = b""
        while b"trigger_id" not in heard:
            heard += line.recv(65536)
        envelope_id = re.search(rb'"envelope_id": ?"([^"]+)"', heard)[1]
        ack = json.dumps({"envelope_id": envelope_id.decode()}).encode()
        line.sendall(frame(1, ack[:9], last=False) + frame(9, b"ping") + frame(0, ack[9:]))
        assert acting.result()["ok"]
    assert b"\x8a\x04ping" in line.recv(65536)
    line.close()


def test_without_a_connection_a_command_fails_in_slacks_words(ada):
    answer = ada.command(command="/session")
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    said = answer["sees"]["notices"][-1]["text"]
    assert said == '/session failed with the error "dispatch_failed"'


def test_an_unanswered_command_fails_in_slacks_words(bot, ada):
    @bot.app.command("/session")
    def never():
        pass

    answer = ada.command(command="/session")
    assert answer["error"] == "operation_timeout"
    said = answer["sees"]["notices"][-1]["text"]
    assert said == '/session failed with the error "operation_timeout"'


def test_commands_are_not_sent_again(bot, ada, control):
    @bot.app.command("/session")
    def never(body):
        bot.heard.append(body)

    ada.command(command="/session")
    control.move_clock(400)
    assert len(bot.heard) == 1


def test_envelopes_take_turns_among_connections(practice, control):
    heard = []

    def listen(name):
        bot = connect(practice)

        @bot.app.command("/session")
        def answer(ack):
            heard.append(name)
            ack()

        return bot

    bots = [listen("one"), listen("two")]
    for _ in range(4):
        control.as_("ada").command(command="/session")
    for bot in bots:
        bot.close(control)
    assert sorted(heard) == ["one", "one", "two", "two"]


def test_a_bot_that_is_asked_to_refresh_comes_back_and_misses_nothing(bot, ada, control):
    @bot.app.command("/session")
    def answer(ack):
        ack()

    control.fault(socket="disconnect")
    wait_until(lambda: len([e for e in connections(control) if e["ok"]]) >= 2)
    wait_until(lambda: ada.command(command="/session")["ok"])


def test_a_bot_whose_line_was_cut_comes_back(bot, ada, control):
    @bot.app.command("/session")
    def answer(ack):
        ack()

    control.fault(socket="cut")
    assert control.get("health")["bot"] == "waiting"
    wait_until(lambda: control.get("health")["bot"] == "connected", seconds=15)
    wait_until(lambda: ada.command(command="/session")["ok"])


def connections(control):
    return control.ledger(method="apps.connections.open")


def test_a_duplicate_delivery_is_the_same_payload_in_another_envelope(bot, ada, control):
    @bot.app.command("/session")
    def answer(ack, body):
        bot.heard.append(body)
        ack()

    control.fault(delivery="duplicate")
    ada.command(command="/session")
    wait_until(lambda: len(bot.heard) == 2)
    assert bot.heard[0] == bot.heard[1]
    sent = [e for e in control.ledger() if e["kind"] == "envelope"]
    assert len({e["envelope_id"] for e in sent}) == 2
    ada.command(command="/session")
    assert len(bot.heard) == 3


def test_a_late_acknowledgement_comes_too_late():
    with Practice(MANIFEST, settings=Settings(ack_seconds=0.2, settle_ms=20)) as running:
        control = Control(running)

        async def late(session):
            socket, _ = await hello(session, address(running))
            acting = asyncio.create_task(
                asyncio.to_thread(control.as_("ada").command, command="/session")
            )
            envelope = await socket.receive_json(timeout=20)
            await asyncio.sleep(0.4)
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            with contextlib.suppress(TimeoutError):
                await socket.receive(timeout=0.1)
            return await acting

        assert raw(late)["error"] == "operation_timeout"


def test_the_sdks_asyncio_client_works_too(practice, control):
    async def run():
        client = AsyncSocketModeClient(
            practice.app_token, web_client=AsyncWebClient(base_url=practice.api_url)
        )
        client.ping_interval = 1

        async def answer(client, request):
            await client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "Heard"})
            )

        client.socket_mode_request_listeners.append(answer)
        await client.connect()
        acted = await asyncio.to_thread(control.as_("ada").command, command="/session")
        await client.close()
        return acted

    assert asyncio.run(run())["ok"]
    assert [m["text"] for m in control.as_("ada").app_messages()] == ["Heard"]
