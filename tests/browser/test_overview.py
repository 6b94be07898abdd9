"""The page as an operator sees it, in a real browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lab.wait import wait_until
from tests.browser.conftest import Witness
from tests.cluster.service import Service

SHOWN_MS = 10_000


def troubled_pods(service: Service) -> set[str]:
    """The pods that are neither done nor wholly ready, as the page writes them, with the server's word for why."""
    pods = service.get("/api/cluster/status")["pods"]
    return {
        f"{pod['namespace']}/{pod['name']} {'NotReady' if pod['reason'] == 'Running' else pod['reason']}"
        for pod in pods
        if pod["phase"] != "Succeeded" and (pod["phase"] != "Running" or pod["ready"] < pod["total"])
    }


def shown_pods(page: Page) -> set[str]:
    """The rows of the table, in the same words."""
    rows = page.locator("section", has_text="Pods that are not well").locator("tbody tr")
    texts: list[list[str]] = rows.evaluate_all("rows => rows.map(row => [row.cells[0].innerText, row.cells[1].innerText])")
    return {f"{name} {reason.split()[-1]}" for name, reason in texts}


def test_the_overview_says_that_it_is_connected_and_since_when(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("status")).to_contain_text("connected since", timeout=SHOWN_MS)


def test_neither_page_asks_another_host_or_complains(page: Page, service: Service, witness: Witness) -> None:
    page.goto("/")
    expect(page.get_by_role("status")).to_contain_text("connected", timeout=SHOWN_MS)
    page.goto("/docs")
    expect(page.get_by_text("/api/cluster/status").first).to_be_visible(timeout=SHOWN_MS)

    assert witness.complaints == []
    assert witness.hosts == {urlsplit(service.url).netloc}


def test_the_api_page_shows_every_operation_and_can_try_one(page: Page) -> None:
    page.goto("/docs")
    operation = page.locator(".opblock", has_text="/api/health").first
    operation.locator(".opblock-summary-control").click(timeout=SHOWN_MS)
    operation.get_by_role("button", name="Execute").click(timeout=SHOWN_MS)
    expect(operation.locator(".live-responses-table")).to_contain_text("healthy", timeout=SHOWN_MS)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_fits_a_phone(context: BrowserContext, path: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    expect(page.get_by_text("arcops").first).to_be_visible(timeout=SHOWN_MS)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_unchanged_answer_is_not_sent_again(page: Page) -> None:
    with page.expect_response(lambda response: response.url.endswith("/api/cluster/status") and response.status == 304, timeout=30_000):
        page.goto("/")


def test_the_page_says_so_when_the_service_is_gone(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("status")).to_contain_text("connected", timeout=SHOWN_MS)
    page.context.set_offline(offline=True)
    expect(page.get_by_role("status")).to_contain_text("No answer from arcops", timeout=SHOWN_MS)
    expect(page.get_by_role("status")).to_contain_text("What you see is from")
    page.context.set_offline(offline=False)
    expect(page.get_by_role("status")).to_contain_text("connected", timeout=SHOWN_MS)


def test_the_overview_names_the_pods_that_are_not_well(page: Page, service: Service) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Pods that are not well")).to_be_visible(timeout=SHOWN_MS)

    # The demo cluster lives: both are asked again until something is broken and no change fell between the two.
    wait_until(lambda: shown_pods(page) == troubled_pods(service) != set(), "the page shows what the service says", timeout_s=100)
