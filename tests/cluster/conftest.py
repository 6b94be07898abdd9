"""Real clusters for tests: `lab` lives (controllers, scheduler, three nodes), `bare_lab` keeps what it is given.

The programs are built before the first test, outside its time limit. A machine that cannot build them skips
these tests and says why; with `cluster` in ARCOPS_REQUIRE that is a failure.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.build import programs
from lab.cluster import Lab
from lab.errors import LabError

HERE = Path(__file__).parent
MISSING = pytest.StashKey[str]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what is missing, where the progress can be seen, if any of these tests will run."""
    wanted = any(HERE in item.path.parents for item in session.items)
    if not wanted or session.config.option.collectonly:
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():
            programs(metrics=any("metrics_lab" in getattr(item, "fixturenames", ()) for item in session.items))
    except LabError as error:
        session.config.stash[MISSING] = str(error)


@pytest.fixture(scope="session")
def require_cluster(pytestconfig: pytest.Config) -> None:
    """Skip, or fail where ARCOPS_REQUIRE names `cluster`, if this machine has no control plane."""
    missing = pytestconfig.stash.get(MISSING, None)
    if missing is None:
        return
    if "cluster" in os.environ.get("ARCOPS_REQUIRE", "").split(","):
        pytest.fail(f"no control plane here: {missing}", pytrace=False)
    pytest.skip(f"no control plane here: {missing}")


@pytest.fixture(scope="session")
def lab(require_cluster: None) -> Iterator[Lab]:
    """A living cluster of three nodes, shared by all tests: work in a `namespace` of your own."""
    with Lab() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def bare_lab(require_cluster: None) -> Iterator[Lab]:
    """An API server without controllers that keeps exact objects and statuses, shared: leave it running."""
    with Lab(controllers=False, pictures=True) as cluster:
        yield cluster


@pytest.fixture
def fresh_lab(require_cluster: None) -> Iterator[Lab]:
    """An empty API server without controllers for one test alone, to break at will."""
    with Lab(controllers=False, pictures=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def metrics_lab(require_cluster: None) -> Iterator[Lab]:
    """As `lab`, with metrics-server: its first figures come half a minute after the start."""
    with Lab(metrics=True) as cluster:
        yield cluster


@pytest.fixture
def namespace(lab: Lab) -> Iterator[str]:
    """A new namespace in `lab`, gone after the test."""
    name = f"test-{secrets.token_hex(4)}"
    lab.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    lab.client.delete("Namespace", name)
