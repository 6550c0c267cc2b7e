"""Nobody from outside, and no other site through a browser, gets in."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

import pytest

PATHS = ["/", "/control/health", "/control/state", "/api/auth.test", "/link/"]


def test_it_listens_on_this_computer_only(practice):
    port = urlsplit(practice.url).port
    for address in {i[4][0] for i in socket.getaddrinfo(socket.gethostname(), None)}:
        if not ipaddress.ip_address(address).is_loopback:
            with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
                socket.create_connection((address, port), timeout=1)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "127.0.0.1:1", "0.0.0.0", "[::1]"])
def test_another_host_name_is_refused(control, path, host):
    assert control.request("GET", path, host=host).status == 421


def test_localhost_is_fine(control):
    host = f"localhost:{urlsplit(control.practice.url).port}"
    assert control.request("GET", "/control/health", host=host).status == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1", "file://"])
def test_another_sites_requests_are_refused(control, path, origin):
    assert control.request("GET", path, headers={"Origin": origin}).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_marks_as_cross_site_is_refused(control, site):
    headers = {"Sec-Fetch-Site": site}
    for path in PATHS:
        assert control.request("GET", path, headers=headers).status == 403
    bearer = {"Authorization": f"Bearer {control.practice.control_token}"}
    assert control.request("POST", "/control/reset", {}, headers | bearer).status == 403


def test_following_a_link_to_the_page_is_fine_framing_it_is_not(control):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert control.request("GET", "/", headers={**link, "Sec-Fetch-Dest": "document"}).status == 200
    assert control.request("GET", "/", headers={**link, "Sec-Fetch-Dest": "iframe"}).status == 403


def test_the_control_api_needs_its_token(control):
    assert control.request("GET", "/control/state").status == 401
    assert control.request("POST", "/control/reset", {}).status == 401
    wrong = {"Authorization": "Bearer guess"}
    assert control.request("GET", "/control/ledger", headers=wrong).status == 401
    bot = {"Authorization": f"Bearer {control.practice.bot_token}"}
    assert control.request("GET", "/control/ledger", headers=bot).status == 401
    assert control.request("POST", "/control/clock", {"advance_seconds": 1}).status == 401


def test_reading_changes_nothing(control, ada):
    before = control.get("state")
    for path in ("command", "submit", "reset", "clock", "fault"):
        bearer = {"Authorization": f"Bearer {control.practice.control_token}"}
        control.request("GET", f"/control/{path}?person=ada", headers=bearer)
    ada.sees()
    after = control.get("state")
    assert before["version"] == after["version"]


def test_the_page_carries_this_starts_token_and_a_strict_policy(control):
    page = control.request("GET", "/")
    assert page.status == 200
    assert control.practice.control_token in page.text
    assert "{{token}}" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in page.headers


def test_every_answer_has_the_policy_errors_too(control):
    for path in ("/nothing.js", "/control/state", "/api/nonsense", "/files/F1/x"):
        answer = control.request("GET", path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_only_the_pages_own_files_are_served(control):
    page = control.request("GET", "/").text
    names = re.findall(r'(?:src|href)="([^":]+\.(?:js|css))"', page)
    assert names
    for name in names:
        answer = control.request("GET", f"/{name}")
        assert answer.status == 200
        kind = "javascript" if name.endswith(".js") else "css"
        assert kind in answer.headers["Content-Type"]
    for name in ("server.py", "..%2fserver.py", "%2e%2e/server.py", "index.html", "page/main.js"):
        assert control.request("GET", f"/{name}").status == 404


def test_a_body_of_more_than_a_megabyte_is_refused(control):
    big = b"x" * (1024 * 1024 + 1)
    bearer = {"Authorization": f"Bearer {control.practice.control_token}"}
    assert control.request("POST", "/control/home", big, bearer).status == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert control.request("POST", "/api/auth.test", big, form).status == 413


def test_tokens_say_what_they_are_and_differ_each_time(practice):
    assert practice.bot_token.startswith("xoxb-practice-")
    assert practice.app_token.startswith("xapp-practice-")
    assert practice.control_token not in (practice.bot_token, practice.app_token)


def test_no_token_stands_in_the_ledger_or_in_what_is_seen(practice, control, client, ada, bot):
    client.chat_postMessage(channel="U0ADA000000", text="Hello")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"token={practice.bot_token}&channel=U0ADA000000&text=x".encode()
    control.request("POST", "/api/chat.postMessage", body, form)
    shown = f"{control.ledger()}{control.get('state')}{ada.sees()}"
    for secret in (practice.bot_token, practice.app_token, practice.signing_secret):
        assert secret not in shown
