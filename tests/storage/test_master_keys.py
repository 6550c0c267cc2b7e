import pytest

from storage.vault import MasterKeys, Vault, WrongMasterKey


def test_keys_are_read_in_any_form_they_are_kept_in() -> None:
    one, two = MasterKeys.generate(), MasterKeys.generate()
    ring = MasterKeys.parse(f"\n {one.text()}\n,{two.text()}")
    assert ring.ids == (one.newest, two.newest)
    assert MasterKeys.parse(ring.text()) == ring
    assert MasterKeys.parse(ring.text().strip().replace("\n", ",")) == ring


def test_a_new_key_goes_in_front() -> None:
    old = MasterKeys.generate()
    ring = old.with_new()
    assert ring.newest != old.newest
    assert ring.ids == (ring.newest, old.newest)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "There is no master key"),
        (" \n,", "There is no master key"),
        ("s3cret", "Master key 1 is not 32 bytes"),
        (f":{'A' * 43}", "Master key 1 needs a name"),
        (f"a|b:{'A' * 43}", "Master key 1 needs a name"),
        (f"a:{'A' * 43},a:{'B' * 43}", "Master key 2 needs a name"),
        (f"a:{'A' * 43},b:s3cret", "Master key 2 is not 32 bytes"),
        ("a:", "Master key 1 is not 32 bytes"),
        (f"a:{'£' * 43}", "Master key 1 is not 32 bytes"),
        (f"a:{'A' * 44}", "Master key 1 is not 32 bytes"),
    ],
)
def test_a_key_that_cannot_be_read_is_named_by_its_place_only(given: str, says: str) -> None:
    with pytest.raises(WrongMasterKey, match=says) as caught:
        MasterKeys.parse(given)
    assert "s3cret" not in str(caught.value)


def test_keys_do_not_show_when_they_are_printed() -> None:
    keys = MasterKeys.generate()
    secret = keys.text().partition(":")[2].strip()
    for shown in (repr(keys), str(keys), f"{keys}", repr(Vault(keys)), repr([keys])):
        assert secret not in shown
        assert "b'" not in shown
