from contextlib import closing

import pytest

from bot.services.people import People
from domain.ids import new_id
from domain.people import Role
from storage.engine import open_database
from tests.databases import (  # noqa: F401  (fixtures)
    migrated_file,
    migrated_url,
    postgres_server,
)
from tests.unit.people.made_up import DILYS, NOW, Directory


@pytest.fixture(params=["sqlite"])
def database(request, tmp_path):
    with migrated_url(request.param, request, tmp_path) as url, closing(open_database(url)) as d:
        yield d


@pytest.fixture
def directory():
    return Directory()


@pytest.fixture
def people(database, directory):
    return People(database, lambda: NOW, directory)


@pytest.fixture
def dilys(people, directory):
    people.ensure_first_co_lead(directory.profile(DILYS))
    return DILYS


@pytest.fixture
def enrol(people, dilys):
    def enrolled(*accounts, roles=(Role.PARTNER,), cohort=None, form=None):
        return people.enrol(dilys, accounts, roles, cohort, form=form or new_id())

    return enrolled


@pytest.fixture
def id_of(people, dilys):
    return lambda who: people.roles_of(dilys, who).id
