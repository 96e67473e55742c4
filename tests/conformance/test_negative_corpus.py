"""Every case of the negative corpus is refused, for its reason; what the cases bend is taken."""

import base64
import json
import subprocess
import sys

import pytest

import negative_bundles
import negative_envelopes
import negative_keys
from house_cases import ROOT
from negative_cases import ELSEWHERE, ITEMS, all_cases, write
from stella_git.attest.checkpoint import parse_checkpoint
from stella_git.attest.statement import Statement
from stella_git.canon.clock import parse_rfc3339
from stella_git.errors import StellaError
from stella_git.flows.evidencefiles import Asked, verify_file
from stella_git.trust import roots
from stella_git.trust.bundles import Artifact, Identity
from stella_git.trust.checkpoints import check_growth
from stella_git.trust.claims import ClaimsPolicy, check_claims
from stella_git.trust.keyring import Keyring
from stella_git.trust.keys import PublicKey, load_private_key
from stella_git.trust.report import Report, failed, passed
from stella_git.trust.timestamp import verify_timestamp
from stella_git.trust.x509 import Refusal

CASES = all_cases()
GOODS = {
    f"{table.__name__}: {name}": case
    for table in (negative_envelopes, negative_keys, negative_bundles)
    for name, case in table.GOODS.items()
}


def evidence(case, _):
    asked = {
        name: parse_rfc3339(case.asked[name])
        for name in ("now", "signed_at", "not_after")
        if name in case.asked
    }
    asked |= {name: case.asked[name] for name in ("predicate_type", "logged") if name in case.asked}
    if "identity" in case.asked:
        asked["identity"] = Identity(case.asked["identity"], case.asked["issuer"])
    if (data := case.read("key.pub")) is not None:
        asked["key"] = PublicKey.from_pem(data, case.asked.get("algorithm"))
    if (data := case.read("keyring.json")) is not None:
        asked["keyring"] = Keyring.from_bytes(data)
    if (data := case.read("trusted_root.json")) is not None:
        asked["root"] = roots.from_file(data, "trusted_root.json")
    if (data := case.read("artifact")) is not None:
        asked["artifact"] = Artifact.of(data)
    answer = verify_file(case.read("evidence.json"), Asked(**asked))
    assert (answer.statement is None or answer.report.ok) is True
    assert bool(answer.signers) == answer.report.ok
    return answer.report


def nothing(_):
    return Report((passed("read"),))


def keyring(case, _):
    return nothing(Keyring.from_bytes(case.read("keyring.json")))


def trusted_root(case, _):
    return nothing(roots.from_file(case.read("trusted_root.json"), "trusted_root.json"))


def public_key(case, _):
    return nothing(PublicKey.from_pem(case.read("key.pub")))


def private_key(case, place):
    path = place / "key.pem"
    path.write_bytes(case.read("key.pem"))
    path.chmod(int(case.asked["mode"], 8))
    password = case.asked.get("password")
    return nothing(load_private_key(path, password=password and password.encode()))


def growth(case, _):
    found = roots.from_file(case.read("trusted_root.json"), "trusted_root.json").root
    wanted = base64.b64decode(case.asked["log"])
    older, newer = (parse_checkpoint(case.read(name)) for name in ("older.txt", "newer.txt"))
    proof = [base64.b64decode(one) for one in json.loads(case.read("proof.json"))]
    (log,) = (one for one in found.logs if one.log_id == wanted)
    return Report(check_growth(older, newer, proof, log))


def timestamp(case, _):
    found = roots.from_file(case.read("trusted_root.json"), "trusted_root.json").root
    answer = verify_timestamp(
        case.read("timestamp.tsr"), case.read("message"), found.timestamp_authorities, **case.asked
    )
    refused = isinstance(answer, Refusal)
    return Report(
        (failed("timestamp", answer.detail, code=answer.code, remedy=answer.remedy),)
        if refused
        else (passed("timestamp"),)
    )


def claims(case, _):
    policy = ClaimsPolicy.from_bytes(case.read("claims.json"))
    return Report((check_claims(Statement.from_bytes(case.read("statement.json")), policy),))


KINDS = {
    "claims": claims,
    "evidence": evidence,
    "growth": growth,
    "keyring": keyring,
    "private-key": private_key,
    "public-key": public_key,
    "timestamp": timestamp,
    "trusted-root": trusted_root,
}


def outcome(case, place):
    """Return the codes of all failures, and what they say."""
    try:
        report = KINDS[case.kind](case, place)
    except StellaError as error:
        return (error.code,), error.message
    codes = tuple(check.code for check in report.failures)
    assert report.ok == (codes == ())
    return codes, " ".join(check.detail for check in report.failures)


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_is_refused_for_its_reason(name, tmp_path):
    codes, said = outcome(CASES[name], tmp_path)
    assert codes == CASES[name].codes, said
    assert CASES[name].inside in said


@pytest.mark.parametrize("name", sorted(GOODS))
def test_what_is_bent_is_taken_as_it_was(name, tmp_path):
    assert outcome(GOODS[name], tmp_path) == ((), "")


def test_the_corpus_has_every_item_and_nothing_else():
    assert {case.item for case in CASES.values()} == ITEMS
    assert all(case.codes for case in CASES.values())
    assert {case.kind for case in CASES.values()} == set(KINDS)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_is_refused_elsewhere_is_still_there(name):
    path, text = ELSEWHERE[name]
    assert text in (ROOT / "tests" / path).read_text()


def test_the_cases_can_be_written_as_files(tmp_path):
    some = {name: CASES[name] for name in ("rollback-smaller", "oversize", "certificate-expired")}
    write(some, tmp_path / "a")
    for name, case in some.items():
        told = json.loads((tmp_path / "a" / name / "case.json").read_bytes())
        assert (tuple(told["codes"]), told["kind"], told["asked"]) == (case.codes, case.kind, case.asked)
        written = {path.name for path in (tmp_path / "a" / name).iterdir()}
        assert written == {"case.json", *case.files}
        assert all((tmp_path / "a" / name / file).read_bytes() == case.read(file) for file in case.files)


@pytest.mark.slow
def test_the_corpus_can_be_written_by_a_command(tmp_path):
    subprocess.run([sys.executable, "tests/negative_cases.py", str(tmp_path / "b")], cwd=ROOT, check=True)
    assert {path.name for path in (tmp_path / "b").iterdir()} == set(CASES)
