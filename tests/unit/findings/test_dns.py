"""What a Corefile denies."""

import pytest

from arcops.findings.dns import bad_zones, knows_cluster

FINE = """
.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
    }
    forward . /etc/resolv.conf
}
"""


@pytest.mark.parametrize(
    "block",
    [
        "template IN A svc.cluster.local {\n  rcode NXDOMAIN\n}",
        'template ANY ANY cluster.local {\n  match "^db\\.shop\\.svc\\.cluster\\.local\\.$"\n  rcode NXDOMAIN\n}',
        "template ANY ANY . {\n  rcode SERVFAIL\n}",
        "template ANY ANY {\n  match .*\\.svc\\.cluster\\.local\n  rcode NXDOMAIN\n  fallthrough\n}",
    ],
)
def test_a_template_that_denies_names_of_the_cluster_is_found(block: str) -> None:
    assert bad_zones(FINE.replace("errors", block))


@pytest.mark.parametrize(
    "block",
    [
        "# template ANY ANY svc.cluster.local { rcode NXDOMAIN }",
        "template IN AAAA example.org {\n  rcode NXDOMAIN\n}",
        'template IN A shop.example.org {\n  answer "{{ .Name }} 60 IN A 192.0.2.1"\n}',
        "cache 30 {\n  denial 9984 30\n}",
    ],
)
def test_other_blocks_are_left_alone(block: str) -> None:
    assert not bad_zones(FINE.replace("errors", block))


def test_a_corefile_without_its_plugin_knows_no_services() -> None:
    assert knows_cluster(FINE)
    assert not knows_cluster(FINE.replace("kubernetes", "# kubernetes"))
