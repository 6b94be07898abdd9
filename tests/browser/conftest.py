"""A running service on the demo cluster, and a real Chromium to look at it with.

Chromium is found or installed by scripts/chromium.sh before the first test. A machine that cannot have one skips these
tests and says why; with `browser` in ARCOPS_REQUIRE that is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.cluster.service import Service

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(slots=True)
class Witness:
    """What a page asked for and complained about while it was open."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Take notes of everything this page does."""

        def note_request(request: Request) -> None:
            self.hosts.add(urlsplit(request.url).netloc)

        def note_message(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(message.text)

        page.on("request", note_request)
        page.on("console", note_message)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    found = subprocess.run([ROOT / "scripts" / "chromium.sh"], env=environment, check=False, capture_output=True, text=True)
    if found.returncode != 0:
        reason = found.stderr.strip().splitlines()[-1]
        if "browser" in os.environ.get("ARCOPS_REQUIRE", "").split(","):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    system = next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`arcops serve --demo` on a free port of this machine, loaded."""
    with Service("--demo", data_dir=tmp_path_factory.mktemp("demo")) as running:
        yield running.wait_ready()
        assert running.stop() == 0


@pytest.fixture
def witness() -> Witness:
    """Notes about the page under test."""
    return Witness()


@pytest.fixture
def context(chromium: Browser, service: Service) -> Iterator[BrowserContext]:
    """A fresh browser profile, as wide as a laptop."""
    with chromium.new_context(base_url=service.url, viewport={"width": 1440, "height": 900}) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    """An empty page that is watched."""
    opened = context.new_page()
    witness.watch(opened)
    return opened
