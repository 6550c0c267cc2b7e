"""What this program is made of is listed whole, and a hole that is lived with is argued for."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.audit import ACCEPTED, NotArgued, command, main, read_accepted
from supply.lock import read_pins
from supply.sbom import LOCK, bill
from tests.docs.pages import ROOT
from tests.docs.test_links import REGISTRIES, SOMEBODYS_PATH

NOW = datetime(2026, 3, 3, 14, tzinfo=UTC)
TODAY = NOW.date()
ARGUED = {
    "id": "PYSEC-2026-0000",
    "library": "made-up",
    "reason": "It is in a part that reads pictures from the network, and we read none.",
    "decided_on": "2026-03-01",
    "look_again_on": "2026-05-30",
}


@pytest.fixture(scope="module")
def text():
    return bill(read_pins(LOCK), made_at=NOW)


@pytest.fixture(scope="module")
def listed(text):
    return json.loads(text)


def test_the_list_of_parts_keeps_to_the_standard(text):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_a_list_that_does_not_keep_to_it_is_seen():
    broken = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "one"}]}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(broken)) is not None


def test_its_parts_are_the_pins_of_the_lock_file_and_no_others(listed):
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", LOCK.read_text(), re.MULTILINE)
    parts = [(part["name"], part["version"]) for part in listed["components"]]
    assert sorted(parts) == sorted(pinned)
    assert len(parts) > 30


def test_each_part_has_the_hashes_by_which_it_is_installed(listed):
    told = [
        one["content"]
        for part in listed["components"]
        for place in part["externalReferences"]
        for one in place["hashes"]
    ]
    locked = re.findall(r"--hash=sha256:(\w+)", LOCK.read_text())
    assert sorted(told) == sorted(locked)


def test_it_says_what_needs_what_and_everything_is_needed(listed):
    needs = {one["ref"]: set(one.get("dependsOn", ())) for one in listed["dependencies"]}
    reached, look = set(), ["alongside"]
    while look:
        ref = look.pop()
        look += needs[ref] - reached
        reached |= needs[ref]
    assert reached == {part["bom-ref"] for part in listed["components"]}
    [bolt] = [ref for ref in needs if "/slack-bolt@" in ref]
    assert any("/slack-sdk@" in ref for ref in needs[bolt])


def test_no_package_host_and_no_path_of_a_computer_is_in_it(text):
    assert [host for host in REGISTRIES if host in text] == []
    assert SOMEBODYS_PATH.findall(text) == []
    assert str(ROOT) not in text
    assert "://" not in text.replace('"http://cyclonedx.org/schema/bom-1.6.schema.json"', "")


def test_the_same_pins_give_the_same_list(text):
    assert bill(read_pins(LOCK), made_at=NOW) == text
    fewer = bill(read_pins(LOCK)[1:], made_at=NOW)
    assert json.loads(fewer)["serialNumber"] != json.loads(text)["serialNumber"]


def test_a_pin_without_a_hash_is_refused(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("made-up==1.0\n    # via alongside (pyproject.toml)\n")
    with pytest.raises(ValueError, match="made-up has no hash"):
        read_pins(lock)


# Known holes


def accepted(tmp_path, **changes):
    fields = {k: v for k, v in (ARGUED | changes).items() if v is not None}
    dates = ("decided_on", "look_again_on")
    lines = [f"{k} = {v}" if k in dates else f'{k} = "{v}"' for k, v in fields.items()]
    file = tmp_path / "accepted.toml"
    file.write_text("[[finding]]\n" + "\n".join(lines) + "\n")
    return read_accepted(file, TODAY)


def test_both_lock_files_are_asked_about_with_their_hashes():
    asked = command(())
    assert [w for w, before in zip(asked[1:], asked, strict=False) if before == "-r"] == [
        str(ROOT / "requirements.txt"),
        str(ROOT / "requirements-dev.txt"),
    ]
    assert "--require-hashes" in asked
    assert "--ignore-vuln" not in asked


def test_pip_audit_takes_both_lock_files(capfd):
    """A dry run reads them and asks nobody: there may be no network where tests run."""
    assert main("--dry-run") == 0
    number = int(re.search(r"would have audited (\d+) packages", capfd.readouterr().err)[1])
    assert number >= len(read_pins(LOCK)) - 5


def test_what_is_argued_for_is_left_out(tmp_path):
    asked = command(accepted(tmp_path))
    assert asked[asked.index("--ignore-vuln") + 1] == "PYSEC-2026-0000"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "not used"}, "the reason has to say why"),
        ({"reason": None}, "it needs all that the head of the file names"),
        ({"decided_on": None}, "it needs all that the head of the file names"),
        ({"look_again_on": "2026-03-03"}, "it was to be looked at again on 2026-03-03"),
        ({"look_again_on": "2027-03-03"}, "looked at again within 100 days"),
        ({"look_again_on": "2026-02-01"}, "looked at again within 100 days"),
    ],
)
def test_what_is_not_argued_for_or_is_over_stops_it(tmp_path, changes, said):
    with pytest.raises(NotArgued, match=said) as told:
        accepted(tmp_path, **changes)
    assert "PYSEC-2026-0000" in str(told.value)


def test_what_we_live_with_today_is_argued_for():
    for finding in read_accepted(ACCEPTED, date.min):
        assert len(finding.reason) > 40
