"""Whose certificates are believed on the way to Slack, and that they are read once."""

import ssl

from bot import app as composition
from bot.house import House
from bot.slack import Identity
from bot.words import Words
from domain.clock import utc_now
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault

SLACK, HERE = "https://slack.com/api/", "http://127.0.0.1:9/api/"


def a_house(tmp_path, address) -> House:
    database = open_database(f"sqlite:///{tmp_path}/never-opened.db")
    return composition.make_house(
        database,
        Vault(MasterKeys.generate()),
        utc_now,
        composition.make_slack("xoxb-nobody", address),
        words=Words(),
        practice=False,
    )


def test_every_client_checks_slacks_certificate_by_the_same_list(tmp_path):
    house = a_house(tmp_path, SLACK)
    app = composition.build(house, Identity(team="T1", bot_user="U1", bot_id="B1"), "xoxb-1").app

    trusted = house.slack.client.ssl
    assert isinstance(trusted, ssl.SSLContext)
    assert trusted.verify_mode is ssl.CERT_REQUIRED
    assert trusted.check_hostname
    assert trusted.get_ca_certs() or ssl.create_default_context().get_ca_certs() == []
    assert house.slack.patient.ssl is trusted
    assert app.client.ssl is trusted
    assert app.client.base_url == SLACK


def test_on_this_computer_nobodys_certificate_is_believed(tmp_path):
    trusted = a_house(tmp_path, HERE).slack.client.ssl

    assert trusted.verify_mode is ssl.CERT_REQUIRED
    assert trusted.get_ca_certs() == []
