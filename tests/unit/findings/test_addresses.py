"""Which hosts a setting names as addresses."""

import pytest

from arcops.findings.addresses import Said, addresses_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://cart:8080/api", [Said("cart", 8080)]),
        ("postgres://shop:word@db:5433/orders?sslmode=disable", [Said("db", 5433)]),
        ("redis:6379", [Said("redis", 6379)]),
        ("kafka-0.kafka:9092,kafka-1.kafka:9092", [Said("kafka-0.kafka", 9092), Said("kafka-1.kafka", 9092)]),
        ("grpc://ledger.bank.svc.cluster.local:50051", [Said("ledger.bank.svc.cluster.local", 50051)]),
        ("ledger.bank.svc", [Said("ledger.bank.svc", None)]),
        ("http://search", [Said("search", None)]),
        ("--upstream=http://Search:9200", [Said("search", 9200)]),
        ("jdbc:postgresql://db:5432/orders", [Said("db", 5432)]),
    ],
)
def test_an_address_is_read_wherever_it_stands(text: str, expected: list[Said]) -> None:
    assert list(addresses_in(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "info",
        "12:30:45",
        "2026-03-02T11:40:00Z",
        "a:b",
        "key: value",
        "app:7",
        "/data/db:ro",
        "sha256:0123456789abcdef",
        "web.example.org",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert not addresses_in(text)
