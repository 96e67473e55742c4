import hashlib
import itertools

import pytest

from stella_git.documents import cvss
from stella_git.documents.cvss_metrics import METRICS

# Examples that FIRST publishes with the specifications, and the scores it gives them.
PUBLISHED = [
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C", (78, 78, 78)),  # CVE-2002-0392
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", (78, 64, 64)),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", (78, 64, 92)),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", (100, 83, 83)),  # CVE-2003-0818
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C", (62, 62, 62)),  # CVE-2003-0062
    ("(AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C)", (62, 49, 49)),
    ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", (61, 61, 61)),  # CVE-2013-1937
    ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", (64, 64, 64)),  # CVE-2013-0375
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", (31, 31, 31)),  # CVE-2014-3566
    (
        "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H",
        (99, 99, 100),
    ),  # CVE-2012-1516; the last by the other formula
    ("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", (42, 42, 42)),  # CVE-2012-0384, changed
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", (98, 98, 98)),  # CVE-2014-6271
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:H/A:N", (86, 86, 86)),  # CVE-2008-1447 is of AC:H: 68
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", (68, 68, 68)),
    ("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", (46, 46, 46)),  # CVE-2009-0783, changed
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", (0, 0, 0)),
    ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", (73,)),  # CVE-2022-41741
    ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", (77,)),  # CVE-2020-3549
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", (93,)),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", (100,)),  # CVE-2021-44228
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", (0,)),
]


def deci(text):
    found = cvss.scores(cvss.parse(text))
    return tuple(score for score in (found.base, found.temporal, found.environmental) if score is not None)


@pytest.mark.parametrize(("vector", "wanted"), PUBLISHED)
def test_published_examples(vector, wanted):
    assert deci(vector) == wanted


def systematic(version):
    """Return vectors of every base group (of version 4.0 every 37th), with other metrics in turn."""
    metrics = METRICS[version]
    base = [name for name, metric in metrics.items() if metric.base]
    others = [name for name in metrics if name not in base]
    step = 37 if version == "4.0" else 1
    choices = itertools.product(*(metrics[name].values for name in base))
    for index, values in enumerate(itertools.islice(choices, 0, None, step)):
        pairs = dict(zip(base, values, strict=True))
        for place, name in enumerate(others):
            allowed = list(metrics[name].values)
            if (index + place) % 3 == 0:
                pairs[name] = allowed[(index // (place + 1) + place) % len(allowed)]
        text = "/".join(f"{name}:{pairs[name]}" for name in metrics if name in pairs)
        yield text if version == "2.0" else f"CVSS:{version}/{text}"


@pytest.mark.parametrize(
    ("version", "count", "digest"),
    [
        ("2.0", 729, "37a5e3676ee19b6d35a0e0891d01bc44b4c8eb7c3fbe37684c2418afca42d8c5"),
        ("3.0", 2592, "9ecfb9d48b3a5443b480640a73dabb3b7e1170d570d633304b87381d8ae1a13c"),
        ("3.1", 2592, "45ced0404153b3512cc6886976625813c23e4ae86e30632a9543a8c0471d3f34"),
        ("4.0", 2838, "93fdc5387571c9e4a9682e8c429dba3c2939ab15fbe340e9acef8f5475901358"),
    ],
)
def test_scores_are_those_of_an_independent_implementation(version, count, digest):
    """All of these were equal to those of the package `cvss` 3.6, which shares no code with this one."""
    lines = [f"{text} {deci(text)}\n" for text in systematic(version)]
    assert len(lines) == count
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AV:N",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:L",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X",
        "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "(CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)",
        "AV:N/AC:L/Au:N/C:C/I:C/A:C/PR:N",
        "CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        "CVSS:3.1/" + "AV:N/" * 100,
        "CVSS:3.1/" + "A" * 1_000_000,
    ],
)
def test_what_is_no_vector_is_none(text):
    assert cvss.parse(text) is None


def test_the_order_of_metrics_is_free_before_version_4():
    assert deci("CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N") == (98, 98, 98)


def test_version_3_1_rounds_as_it_says():
    """The example of appendix A: 4.02 is rounded up, 4.000002 is not."""
    from fractions import Fraction

    assert [cvss._round_up(Fraction(text), "3.1") for text in ("4.02", "4.000002", "4.00001")] == [41, 40, 41]
    assert cvss._round_up(Fraction("4.000002"), "3.0") == 41


@pytest.mark.parametrize(
    ("score", "version", "word"),
    [
        (0, "3.1", "none"), (1, "3.1", "low"), (39, "3.0", "low"), (40, "3.1", "medium"),
        (69, "4.0", "medium"),
        (70, "3.1", "high"), (89, "4.0", "high"), (90, "3.1", "critical"), (100, "4.0", "critical"),
        (0, "2.0", "low"), (39, "2.0", "low"), (40, "2.0", "medium"), (70, "2.0", "high"),
        (100, "2.0", "high"),
    ],
)  # fmt: skip
def test_severities(score, version, word):
    assert cvss.severity(score, version) == word


def test_members_are_those_of_the_schemas():
    import json

    from stella_git import resources

    for version, metrics in METRICS.items():
        schema = json.loads(resources.schema(f"csaf/cvss-v{version}.json"))
        known = schema.get("definitions") or schema["$defs"]
        for name, metric in metrics.items():
            listed = known[schema["properties"][metric.member]["$ref"].rpartition("/")[2]]["enum"]
            assert sorted(metric.values.values()) == sorted(listed), (version, name)


def test_a_vector_says_what_its_members_are():
    vector = cvss.parse("AV:A/AC:M/Au:S/C:P/I:C/A:N/RL:TF")
    assert cvss.members(vector) == {
        "accessVector": "ADJACENT_NETWORK",
        "accessComplexity": "MEDIUM",
        "authentication": "SINGLE",
        "confidentialityImpact": "PARTIAL",
        "integrityImpact": "COMPLETE",
        "availabilityImpact": "NONE",
        "remediationLevel": "TEMPORARY_FIX",
    }
