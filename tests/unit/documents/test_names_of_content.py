"""CPE names, SWHIDs, gitoids, and how long digests are."""

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stella_git.documents import contentids, cpe
from stella_git.documents.hashlengths import hash_fault

GIT = "94a9ed024d3859793618152ea559a168bbcbb5e2"


@pytest.mark.parametrize(
    "text",
    [
        "cpe:2.3:a:example:app:1.0:*:*:*:*:*:*:*",
        "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
        "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*",
        "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*",
        r"cpe:2.3:a:foo\\bar:big\$money_manager_2010:*:*:*:*:special:ipod_touch:80gb:*",
        r"cpe:2.3:a:a\:b:c\+\+:1.0:*:*:*:*:*:*:*",
        "cpe:2.3:-:*:??a*:*:*:*:en-us:*:*:*:??",
        "CPE:2.3:a:b:c:1:*:*:*:*:*:*:*",
        "cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
        "cpe:/a:microsoft:internet_explorer:8.%02:sp%01",
        "cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
        "cpe:/o:linux:linux_kernel",
        "cpe:/",
    ],
)
def test_cpe_names(text):
    assert cpe.defect(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins with neither"),
        ("cpe", "begins with neither"),
        ("cpe:2.2:a:b:c", "begins with neither"),
        ("pkg:npm/a", "begins with neither"),
        ("cpe:2.3:a:b:c:1", "has 4 attributes after `cpe:2.3:`, not 11"),
        ("cpe:2.3:", "has 1 attributes"),
        ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*", "has 12 attributes"),
        ("cpe:2.3:x:b:c:1:*:*:*:*:*:*:*", "part is `x`"),
        ("cpe:2.3:a:b:c::*:*:*:*:*:*:*", "version is empty"),
        ("cpe:2.3:a:b:c:1+2:*:*:*:*:*:*:*", "version `1+2` has a character that needs a backslash"),
        ("cpe:2.3:a:b:c:1*2:*:*:*:*:*:*:*", "version `1*2`"),
        ("cpe:2.3:a:b:c:**:*:*:*:*:*:*:*", "version `**`"),
        ("cpe:2.3:a:b c:d:1:*:*:*:*:*:*:*", "vendor `b c`"),
        ("cpe:2.3:a:b:é:1:*:*:*:*:*:*:*", "product `é`"),
        ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:x\\", "other `x"),
        ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*\n", "other `*\n`"),
        ("cpe:/x:b", "part is `x`"),
        ("cpe:/a:b:c:1:2:3:4:5", "more than 7 components"),
        ("cpe:/a:b b", "vendor `b b` has a character that must be written as %XX"),
        ("cpe:/a:b:%zz", "product `%zz`"),
        ("cpe:/a:" + "b" * 9000, "more than 8192 characters"),
    ],
)
def test_what_is_no_cpe_name(text, reason):
    assert reason in (cpe.defect(text) or "")


def test_a_backslash_at_the_end_quotes_nothing():
    assert cpe.defect("cpe:2.3:a:b:c:1:*:*:*:*:*:*:x\\") is not None


@given(st.text(alphabet="cpe:2.3/aoh*?-\\+ é%0", max_size=60))
def test_any_text_is_judged(text):
    for prefix in ("", "cpe:2.3:", "cpe:/"):
        reason = cpe.defect(prefix + text)
        assert reason is None or reason.startswith("it")
    contentids.swhid_defect(text)
    contentids.gitoid_defect(text)


@pytest.mark.parametrize("part", ["a", "\\a", "?", "*", ":", "\\", "a*", "%"])
def test_hostile_names_take_linear_time(part):
    start = time.process_time()
    for head in ("cpe:2.3:a:", "cpe:2.3:", "cpe:/a:"):
        cpe.defect((head + part * 8000)[: cpe.LENGTH])
        cpe.defect((head + part * 8000)[: cpe.LENGTH - 1] + "+")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text",
    [
        f"swh:1:cnt:{GIT}",
        f"swh:1:snp:{GIT};origin=https://example.com/a.git",
        f"swh:1:cnt:{GIT};origin=https://x;visit=swh:1:snp:{GIT};anchor=swh:1:rev:{GIT};path=/a;lines=9-15",
        f"swh:1:cnt:{GIT};bytes=7",
    ],
)
def test_swhids(text):
    assert contentids.swhid_defect(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not begin"),
        (f"swh:2:cnt:{GIT}", "does not begin"),
        (f"swh:1:cnt:{GIT[:39]}", "40 digits"),
        (f"swh:1:cnt:{GIT.upper()}", "40 digits"),
        (f"swh:1:blob:{GIT}", "snp, rel, rev, dir or cnt"),
        (f"swh:1:cnt:{GIT};", "no qualifier"),
        (f"swh:1:cnt:{GIT};line=1", "no qualifier"),
        (f"swh:1:cnt:{GIT};lines=a", "lines cannot be `a`"),
        (f"swh:1:cnt:{GIT};visit=swh:1:rev:{GIT}", "visit cannot be"),
        (f"swh:1:cnt:{GIT};lines=1;lines=2", "twice"),
        (f"swh:1:cnt:{GIT}\n", "40 digits"),
    ],
)
def test_what_is_no_swhid(text, reason):
    assert reason in (contentids.swhid_defect(text) or "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"gitoid:blob:sha1:{GIT}", None),
        (f"gitoid:tree:sha256:{GIT}{GIT[:24]}", None),
        (GIT, "does not begin"),
        (f"gitoid:blob:sha256:{GIT}", "sha256 has 64 hexadecimal digits, not 40"),
        (f"gitoid:file:sha1:{GIT}", "blob, tree, commit or tag"),
        (f"gitoid:blob:md5:{GIT}", "sha1 or sha256"),
        (f"gitoid:blob:sha1:{GIT.upper()}", "0-9a-f"),
    ],
)
def test_gitoids(text, reason):
    found = contentids.gitoid_defect(text)
    assert found is None if reason is None else reason in (found or "")


def test_digests_are_as_long_as_hashlib_makes_them():
    names = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
    names |= {
        "SHA3-256": "sha3_256",
        "SHA3-384": "sha3_384",
        "SHA3-512": "sha3_512",
        "BLAKE2b-512": "blake2b",
    }
    for name, made in names.items():
        digest = hashlib.new(made, usedforsecurity=False).hexdigest()
        assert hash_fault(name, digest) is None
        assert hash_fault(name, digest + "00") is not None
