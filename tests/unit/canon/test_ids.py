import pytest

from stella_git.canon import ids
from stella_git.canon.clock import Instant
from stella_git.errors import DefectError, InputError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("CVE-2021-44228", "CVE-2021-44228"),
        ("cve-2021-44228", "CVE-2021-44228"),
        ("Cve-1999-0001", "CVE-1999-0001"),
        ("CVE-2024-123456789", "CVE-2024-123456789"),
        ("GHSA-jfh8-c2jp-5v3q", "GHSA-jfh8-c2jp-5v3q"),
        ("ghsa-JFH8-C2JP-5V3Q", "GHSA-jfh8-c2jp-5v3q"),
        ("RUSTSEC-2021-0001", "RUSTSEC-2021-0001"),
        ("RHSA-2021:5107", "RHSA-2021:5107"),
        ("go-2021-0113", "go-2021-0113"),
        ("SNYK-JS-LODASH-567746", "SNYK-JS-LODASH-567746"),
    ],
)
def test_vulnerability_ids(text, canonical):
    assert ids.canonical_vulnerability(text) == canonical
    assert ids.canonical_vulnerability(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        " CVE-2021-44228",
        "CVE-2021-44228 ",
        "CVE-2021-4422\n",
        "CVE-21-44228",
        "CVE-2021-123",
        "CVE-2021-04228",
        "CVE-2021-",
        "CVE-٢021-44228",
        "CVE-2021-44228x",
        "GHSA-jfh8-c2jp",
        "GHSA-jfh8-c2jp-5v3a",
        "GHSA-jfh8-c2jp-5v3q-0000",
        "two words",
        "caf\u00e9",
        "tab\tbed",
        "x" * 201,
    ],
)
def test_no_vulnerability_ids(text):
    with pytest.raises(InputError) as caught:
        ids.canonical_vulnerability(text)
    assert caught.value.code == "vulnerability-id-malformed"


def test_ulid_known_answer():
    # The time of the example in the ULID specification.
    instant = Instant(1_469_918_176, 385_999_999)
    text = ids.ulid(instant, bytes.fromhex("00000000000000000001"))
    assert text == "01ARYZ6S410000000000000001"
    assert ids.parse_ulid(text) == (Instant(1_469_918_176, 385_000_000), bytes(9) + b"\x01")
    assert ids.ulid(Instant(0), bytes(10)) == "0" * 26
    assert ids.parse_ulid("0" * 16 + "Z" * 10)[1] == bytes(3) + b"\x03" + b"\xff" * 6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 25,
        "0" * 27,
        "01aryz6s410000000000000001",
        "0" * 25 + "I",
        "0" * 25 + "U",
        "8" + "0" * 25,
        "٠" * 26,
    ],
)
def test_no_ulids(text):
    with pytest.raises(InputError) as caught:
        ids.parse_ulid(text)
    assert caught.value.code == "ulid-malformed"


def test_a_ulid_beyond_our_calendar():
    with pytest.raises(InputError) as caught:
        ids.parse_ulid("7" + "Z" * 25)
    assert caught.value.code == "time-out-of-range"


@pytest.mark.parametrize(("instant", "entropy"), [(Instant(-1), bytes(10)), (Instant(0), bytes(9))])
def test_ulid_arguments(instant, entropy):
    with pytest.raises(DefectError) as caught:
        ids.ulid(instant, entropy)
    assert caught.value.code == "ulid-arguments"


def test_uuid():
    assert ids.is_uuid("00000000-0000-0000-0000-000000000000")
    assert ids.is_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    for text in (
        "",
        "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "f81d4fae7dec11d0a76500a0c91e6bf6",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bfg",
    ):
        assert not ids.is_uuid(text)


@pytest.mark.parametrize("text", ["a", "0", "acme", "acme-2", "a--b", "a" * 63])
def test_tenants(text):
    assert ids.check_tenant(text) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "A", "a_b", "a.b", "a b", "a/b", "é", "a" * 64, "a\n", ".."]
)
def test_no_tenants(text):
    with pytest.raises(InputError) as caught:
        ids.check_tenant(text)
    assert caught.value.code == "tenant-malformed"
