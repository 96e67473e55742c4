import pytest

from attest_cases import change, without
from bundle_cases import NAMES, b64, bundle
from stella_git.attest.tlog import MAX_HASHES, read_entry
from stella_git.errors import InputError

GOOD = bundle("happy-path-v0.3")["verificationMaterial"]["tlogEntries"][0]
P = "inclusionProof"

REFUSED = {
    "an array": ([], "bundle-tlog-entry", ""),
    "no kind": (without(GOOD, ("kindVersion",)), "bundle-tlog-entry", ""),
    "kind empty": (change(GOOD, ("kindVersion", "kind"), ""), "bundle-tlog-entry", "/kindVersion/kind"),
    "version a number": (
        change(GOOD, ("kindVersion", "version"), 1),
        "bundle-tlog-entry",
        "/kindVersion/version",
    ),
    "no log id": (without(GOOD, ("logId",)), "bundle-tlog-entry", ""),
    "log id short": (change(GOOD, ("logId", "keyId"), b64(b"i" * 31)), "bundle-digest", "/logId/keyId"),
    "log id long": (change(GOOD, ("logId", "keyId"), b64(b"i" * 33)), "bundle-digest", "/logId/keyId"),
    "log id junk": (change(GOOD, ("logId", "keyId"), "!"), "bundle-digest", "/logId/keyId"),
    "no body": (without(GOOD, ("canonicalizedBody",)), "bundle-tlog-entry", ""),
    "body empty": (change(GOOD, ("canonicalizedBody",), ""), "bundle-base64", "/canonicalizedBody"),
    "promise empty": (
        change(GOOD, ("inclusionPromise", "signedEntryTimestamp"), ""),
        "bundle-base64",
        "/inclusionPromise/signedEntryTimestamp",
    ),
    "promise without stamp": (
        change(GOOD, ("inclusionPromise",), {}),
        "bundle-tlog-entry",
        "/inclusionPromise",
    ),
    "proof a list": (change(GOOD, (P,), []), "bundle-inclusion-proof", f"/{P}"),
    "no root": (without(GOOD, (P, "rootHash")), "bundle-inclusion-proof", f"/{P}"),
    "root short": (change(GOOD, (P, "rootHash"), "AAAA"), "bundle-digest", f"/{P}/rootHash"),
    "no size": (without(GOOD, (P, "treeSize")), "bundle-inclusion-proof", f"/{P}"),
    "hashes an object": (change(GOOD, (P, "hashes"), {}), "bundle-inclusion-proof", f"/{P}/hashes"),
    "hash short": (change(GOOD, (P, "hashes"), ["AAAA"]), "bundle-digest", f"/{P}/hashes/0"),
    "too many hashes": (
        change(GOOD, (P, "hashes"), [b64(b"h" * 32)] * (MAX_HASHES + 1)),
        "bundle-inclusion-proof",
        f"/{P}/hashes",
    ),
    "checkpoint text": (change(GOOD, (P, "checkpoint"), "x"), "bundle-inclusion-proof", f"/{P}/checkpoint"),
    "checkpoint a number": (
        change(GOOD, (P, "checkpoint", "envelope"), 1),
        "bundle-inclusion-proof",
        f"/{P}/checkpoint/envelope",
    ),
}


@pytest.mark.parametrize(("value", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_entry_is_refused_with_a_code_and_a_place(value, code, pointer):
    with pytest.raises(InputError) as caught:
        read_entry(value)
    assert (caught.value.code, caught.value.where.pointer or "") == (code, pointer)


@pytest.mark.parametrize("path", [("logIndex",), ("integratedTime",), (P, "logIndex"), (P, "treeSize")])
@pytest.mark.parametrize(
    "value", [-1, "-1", "+1", "01", "", " 1", "1.0", 1.0, True, [], "x", "٣", 2**63, str(2**63), "1" * 5000]
)
def test_what_is_no_integer_is_refused(path, value):
    with pytest.raises(InputError) as caught:
        read_entry(change(GOOD, path, value))
    assert (caught.value.code, caught.value.where.pointer) == ("bundle-integer", "/" + "/".join(path))


@pytest.mark.parametrize("value", [0, "0", 7, "7", 2**63 - 1, str(2**63 - 1)])
def test_integers_are_strings_or_numbers(value):
    assert read_entry(change(GOOD, ("logIndex",), value)).log_index == int(value)
    assert read_entry(change(GOOD, ("integratedTime",), value)).integrated_time == int(value)


def test_what_protobuf_leaves_out_is_zero_or_absent():
    value = without(without(GOOD, ("logIndex",)), ("integratedTime",))
    value = without(without(value, (P, "logIndex")), (P, "hashes"))
    found = read_entry(without(value, ("inclusionPromise",)))
    assert (found.log_index, found.integrated_time, found.inclusion_promise) == (0, None, None)
    assert (found.inclusion_proof.log_index, found.inclusion_proof.hashes) == (0, ())


def test_the_greatest_proof_is_taken():
    value = change(GOOD, (P, "hashes"), [b64(b"h" * 32)] * MAX_HASHES)
    assert len(read_entry(value).inclusion_proof.hashes) == MAX_HASHES


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_that_is_written_is_read_again(name):
    for value in bundle(name)["verificationMaterial"]["tlogEntries"]:
        found = read_entry(value)
        assert read_entry(found.to_json()) == found


def test_an_entry_is_written_without_what_it_lacks():
    value = without(without(GOOD, (P,)), ("inclusionPromise",))
    assert read_entry(value).to_json() == value
    value = without(change(GOOD, (P, "hashes"), []), (P, "checkpoint"))
    assert read_entry(value).to_json() == without(value, (P, "hashes"))
