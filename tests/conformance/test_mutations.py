"""No good bundle can be changed in one place and still say something else.

Every change of `mutation_cases` is either refused, or changes nothing that a verified bundle shows, and then
stands in ``HARMLESS`` with the reason why nobody can be misled by it.
"""

import re
from collections import Counter

import pytest

from mutation_cases import goods, mutations

NAMES = sorted(goods())
STAMPS = "verificationMaterial/timestampVerificationData"
ENTRY = "verificationMaterial/tlogEntries/#"
CHAIN = "verificationMaterial/x509CertificateChain/certificates"
GONE = "removed|made null"
# (place, change, why what is shown stays the same). "weaker": fewer trusted times are shown, and none is new.
HARMLESS = {
    "unknown members": (".*", "member added", "ProtoJSON: readers pass over what they do not know"),
    "version": ("mediaType", "made application/.*", "nobody signs it; each version is read by its own rules"),
    "key id": (r"dsseEnvelope/signatures/#/keyid", ".*", "a hint, and the key is given by the verifier"),
    "hint": (r"verificationMaterial/publicKey(/hint)?", ".*", "a hint, and the key is given by the verifier"),
    "digest": (
        "messageSignature/messageDigest",
        GONE,
        "a hint: the digest is computed from the artifact; one that is there has to agree",
    ),
    "integers": (
        f"{ENTRY}/.*(ogIndex|treeSize|integratedTime)|{ENTRY}/(logIndex|integratedTime)",
        "made a number",
        "ProtoJSON: a 64-bit integer may be a number",
    ),
    "zero": (f"{ENTRY}/inclusionProof/logIndex", f"{GONE}|made 0", "ProtoJSON: an absent integer is 0"),
    "no hashes": (f"{ENTRY}/inclusionProof/hashes", GONE, "ProtoJSON: an absent array is empty"),
    "outer index": (
        f"{ENTRY}/logIndex",
        f"{GONE}|made [0-9]+|a character less",
        "Rekor 2 signs no outer index: it is not used, and not shown",
    ),
    "outer time": (
        f"{ENTRY}/integratedTime",
        f"{GONE}|made [0-9]+|a character less",
        "without a promise nobody signs the integrated time: it is not used, and not shown",
    ),
    "proof beside a promise": (
        f"{ENTRY}/inclusionProof(/checkpoint(/envelope)?)?",
        f'{GONE}|made ""|made {{}}',
        "version 0.1: the promise alone shows that it is logged",
    ),
    "witnesses": (
        f"{ENTRY}/inclusionProof/checkpoint/envelope",
        "character .* changed",
        "lines of witnesses, whom nobody has told us to trust",
    ),
    "chain": (
        f"{CHAIN}/#",
        "removed",
        "an intermediate is a candidate: the trusted root brings the one that counts",
    ),
    "chain twice": (CHAIN, "item . twice", "candidates; the first is the one that signs"),
    "chain changed": (
        f"{CHAIN}/#/rawBytes",
        "bit .* flipped",
        "an intermediate is a candidate: the trusted root brings the one that counts",
    ),
    "stamp in lines": (
        f"{STAMPS}/rfc3161Timestamps/#/signedTimestamp",
        "a line feed more",
        "published bundles wrap the base64 of timestamps; the bytes are the same",
    ),
    "stamp around": (
        f"{STAMPS}/rfc3161Timestamps/#/signedTimestamp",
        "bit .* flipped",
        "CMS signs neither its version numbers nor the name of the algorithm, which key and digest decide",
    ),
    "empty stamps": (f"{STAMPS}(/rfc3161Timestamps)?", f"{GONE}|made {{}}", "there were none"),
    "weaker: stamps": (
        f"{STAMPS}(/rfc3161Timestamps(/#)?)?",
        rf"{GONE}|made {{}}|made \[\]",
        "another time is left, or a key needs none: less is proved",
    ),
    "weaker: promise": (f"{ENTRY}/inclusionPromise", GONE, "another time is left, or a key needs none"),
    "entries without a time": (
        "verificationMaterial/tlogEntries(/#)?",
        rf"{GONE}|made \[\]",
        "a key is given, and no log was asked for",
    ),
    "weaker: entries": (
        "verificationMaterial/tlogEntries(/#)?",
        rf"{GONE}|made \[\]",
        "a key is given, and no log was asked for",
    ),
}
LEAF = re.compile(rf"{CHAIN}/0(/.*)?")  # "#" is any item, and the first is no candidate: it signs


def shape(path):
    return "/".join("#" if isinstance(name, int) else name for name in path)


def why(path, what, *, same):
    """Return the first name in HARMLESS that covers a change, or None."""
    for name, (place, change, _) in HARMLESS.items():
        if (
            same != name.startswith("weaker")
            and re.fullmatch(place, shape(path))
            and re.fullmatch(change, what)
        ):
            return name
    return None


@pytest.mark.slow
def test_every_change_is_refused_or_harmless_and_every_reason_is_still_needed():
    """One test of all bundles: what no bundle needs any more is only seen when all have been tried."""
    seen = Counter()
    for name in NAMES:
        seen += changed(name)
    assert sorted(set(HARMLESS) - set(seen)) == []


def changed(name):
    """Return how often each reason was needed for the changes of one good bundle."""
    seen = Counter()
    good = goods()[name]
    shown = good.verify(good.document)
    assert shown is not None
    refused = 0
    for path, what, document in mutations(good.document):
        found = good.verify(document)
        if found is None:
            refused += 1
            continue
        where = "/".join(map(str, path))
        assert found._replace(times=shown.times) == shown, (where, what)
        assert found.times <= shown.times, (where, what)
        assert not LEAF.fullmatch(where), (where, what)
        reason = why(path, what, same=found == shown)
        assert reason is not None, (where, what)
        if reason == "witnesses":
            assert is_witness(good.document, path, what), (where, what)
        if reason in {"outer index", "outer time"}:
            assert "inclusionPromise" not in at(good.document, path[:-1]), where
        seen[reason] += 1
    assert refused > 100
    return seen


def at(document, path):
    for name in path:
        document = document[name]
    return document


def is_witness(document, path, what):
    """Return whether the character that was changed stands in a line of somebody else than the log."""
    text = at(document, path)
    index = int(what.split()[1])
    lines = text[: index + 1].count("\n")
    head, log, *_ = text.partition("\n\n")[2].split("\n")
    first = text.partition("\n\n")[0].count("\n") + 2
    return lines > first and bool(head and log)
