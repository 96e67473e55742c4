"""``stella attest verify|inspect|convert``: one file of evidence, on any machine."""

import hashlib
import json

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from house_cases import ROOT
from sigstore_ca import IDENTITY, ISSUER
from sigstore_keys import ed, p256, sign, spki_pem
from sigstore_world import ARTIFACT, STATEMENT, World, to_bytes
from stella_git.attest.base64text import encode
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon import jcs
from stella_git.trust.keys import PrivateKey
from stella_git.trust.publicfile import to_ssh

VECTORS = ROOT / "tests/vectors/sigstore"
WHO = ("--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER)
SCHEMA = json.loads((ROOT / "schemas/stella/report.v1.schema.json").read_text(encoding="utf-8"))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
WORLD = World()
KEY = p256("mine")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A directory outside of any repository, with a bundle, its trusted root, an artifact and a key."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root.json").write_bytes(to_bytes(WORLD.trusted_root()))
    (tmp_path / "b.json").write_bytes(to_bytes(WORLD.bundle(rekor=2)))
    (tmp_path / "artifact.txt").write_bytes(ARTIFACT)
    (tmp_path / "key.pub").write_bytes(spki_pem(KEY))
    return tmp_path


def run(stella, *words):
    ran = stella("attest", *words)
    return ran.code, ran.out, ran.err


def verify(stella, *words, expect):
    code, out, err = run(stella, "verify", *words)
    assert code == expect, (out, err)
    return out + err


def test_a_bundle_of_an_identity(stella, here):
    line = ("b.json", *WHO, "--trusted-root", "root.json", "--artifact", "artifact.txt", "--format", "json")
    found = json.loads(verify(stella, *line, expect=0))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert found["ok"]
    assert found["signers"] == [f"{IDENTITY} ({ISSUER})"]
    assert [time["source"] for time in found["times"]] == [f"timestamp:{WORLD.tsa.uri}"]
    assert found["predicateType"] == "https://example.org/predicate/v1"


def test_the_default_root_is_the_public_one_and_its_age_is_said(stella, here):
    out = verify(stella, "b.json", *WHO, expect=1)
    assert "LOG_UNKNOWN" in out
    assert "sigstore/public-good" in out
    assert "days old" in out
    real = ("--artifact", str(VECTORS / "a.txt"), "--key", str(VECTORS / "managed-key-happy-path/key.pub"))
    bundle = str(VECTORS / "managed-key-happy-path/bundle.sigstore.json")
    verify(stella, bundle, *real, expect=0)
    assert "ROOT_TOO_OLD" in verify(stella, bundle, *real, "--max-root-age", "0", expect=1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--key", "key.pub", *WHO), "signer-ambiguous"),
        (("--certificate-identity", IDENTITY), "issuer-missing"),
        ((*WHO, "--trusted-root", "root.json", "--staging"), "root-ambiguous"),
        ((), "signer-unsaid"),
        ((*WHO, "--trusted-root", "artifact.txt"), "json-syntax"),
        ((*WHO, "--at", "yesterday"), "time-malformed"),
        ((*WHO, "--type", "slsa"), "predicate-unknown"),
    ],
)
def test_a_question_that_is_none(stella, here, words, code):
    assert f"error[{code}]" in verify(stella, "b.json", *words, expect=2)


def test_a_type_that_nothing_has_is_refused_with_the_names(stella, here):
    out = verify(stella, "b.json", *WHO, "--type", "slsa-provenence", expect=2)
    assert "did you mean 'slsa-provenance'?" in out
    assert "verdict, vsa, vulns" in verify(stella, "b.json", *WHO, "--type", "zzz", expect=2)


def test_a_public_key_may_be_one_of_openssh_and_is_named_if_it_is_none(stella, here):
    key = PrivateKey.generate("ed25519")
    signature = {"keyid": key.public.keyid, "sig": encode(key.sign(pae(PAYLOAD_TYPE, STATEMENT)))}
    envelope = {"payload": encode(STATEMENT), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    (here / "e.json").write_bytes(jcs.dumps(envelope))
    (here / "ada.pub").write_text(to_ssh(key.public, "ada"), encoding="utf-8")
    verify(stella, "e.json", "--key", "ada.pub", expect=0)
    out = verify(stella, "e.json", "--key", "artifact.txt", expect=1)
    assert "error[key-format]" in out
    assert "at: artifact.txt" in out


def test_only_verified_bytes_are_printed(stella, here):
    trusted = (*WHO, "--trusted-root", "root.json")
    assert verify(stella, "b.json", *trusted, "--payload", expect=0) == STATEMENT.decode()
    wrong = (
        "--certificate-identity",
        "x",
        "--certificate-oidc-issuer",
        ISSUER,
        "--trusted-root",
        "root.json",
    )
    out = verify(stella, "b.json", *wrong, "--payload", expect=1)
    assert "WRONG_IDENTITY" in out
    assert "predicate/v1" not in out
    (here / "m.json").write_bytes(to_bytes(WORLD.bundle(message=ARTIFACT, rekor=2)))
    line = ("m.json", *trusted, "--artifact", "artifact.txt", "--payload")
    assert "error[payload-none]" in verify(stella, *line, expect=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--not-after", "2026-06-01T00:10:00Z"), ""),
        (("--not-after", "2026-05-31T23:59:59Z"), "SIGNED_TOO_LATE"),
        (("--not-after", "2026-05-31T23:59:59Z", "--skew", "3600"), ""),
        (("--signed-at", "2026-05-31T00:00:00Z"), "SIGNED_LATER"),
        (("--signed-at", "2026-06-02T00:00:00Z"), ""),
        (("--type", "https://example.org/predicate/v1"), ""),
        (("--type", "verdict"), "WRONG_TYPE"),
        (("--artifact", "key.pub"), "SUBJECT_MISMATCH"),
        (("--at", "2026-06-01T00:00:00.500Z"), "TIME_IN_FUTURE"),
    ],
)
def test_what_else_can_be_asked(stella, here, words, code):
    line = ("b.json", *WHO, "--trusted-root", "root.json", *words, "--format", "json")
    found = json.loads(verify(stella, *line, expect=1 if code else 0))
    assert [check["code"] for check in found["checks"] if check["status"] == "failed"] == [code] * bool(code)


def test_an_envelope_and_its_key(stella, here):
    key = PrivateKey(KEY, "ecdsa-p256")
    signature = {"keyid": key.public.keyid, "sig": encode(key.sign(pae(PAYLOAD_TYPE, STATEMENT)))}
    envelope = {"payload": encode(STATEMENT), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    (here / "e.json").write_bytes(jcs.dumps(envelope))
    verify(stella, "e.json", "--key", "key.pub", "--artifact", "artifact.txt", expect=0)
    assert "SUBJECT_MISMATCH" in verify(
        stella, "e.json", "--key", "key.pub", "--artifact", "b.json", expect=1
    )
    assert "WRONG_MATERIAL" in verify(stella, "e.json", *WHO, expect=1)
    (here / "other.pub").write_bytes(spki_pem(p256("other")))
    assert "BAD_SIGNATURE" in verify(stella, "e.json", "--key", "other.pub", expect=1)
    r, s = decode_dss_signature(key.sign(pae(PAYLOAD_TYPE, STATEMENT)))
    other_s = envelope | {"signatures": [{"sig": encode(encode_dss_signature(r, ORDER - s))}]}
    (here / "high.json").write_bytes(jcs.dumps(other_s))
    verify(stella, "high.json", "--key", "key.pub", expect=0)  # other tools sign with either s
    # there and back: the same signature, the same bytes signed
    code, bundle, _ = run(stella, "convert", "e.json", "--to", "bundle", "--key", "key.pub")
    assert code == 0
    (here / "converted.json").write_text(bundle)
    verify(stella, "converted.json", "--key", "key.pub", "--trusted-root", "root.json", expect=0)
    assert "LOG_MISSING" in verify(stella, "converted.json", "--key", "key.pub", "--log", expect=1)
    code, back, _ = run(stella, "convert", "converted.json", "--to", "envelope")
    assert (code, back.encode()) == (0, jcs.dumps(envelope) + b"\n")
    code, _, err = run(stella, "convert", "e.json", "--to", "bundle")
    assert (code, "error[key-needed]" in err) == (2, True)


def test_a_key_that_signs_whole_messages_needs_the_file(stella, here):
    key = ed("whole")
    (here / "ed.pub").write_bytes(spki_pem(key))
    bundle = WORLD.bundle(message=ARTIFACT, key=key, rekor=None, stamps=0, signature=sign(key, ARTIFACT))
    (here / "m.json").write_bytes(to_bytes(bundle))
    line = ("m.json", "--key", "ed.pub", "--trusted-root", "root.json", "--artifact")
    verify(stella, *line, "artifact.txt", expect=0)
    digest = f"sha256:{hashlib.sha256(ARTIFACT).hexdigest()}"
    assert "ARTIFACT_NEEDED" in verify(stella, *line, digest, expect=1)


def test_inspection_says_that_nothing_is_verified(stella, here):
    code, out, _ = run(stella, "inspect", "b.json")
    assert code == 0
    assert out.startswith("not verified")
    assert IDENTITY in out
    code, out, _ = run(stella, "inspect", "b.json", "--format", "json")
    found = json.loads(out)
    assert found["verified"] is False
    assert found["certificate"]["subject"] == IDENTITY
    (entry,) = found["logEntries"]
    assert "integratedTime" not in json.dumps(found)
    assert entry["promise"] is False


def test_escapes_in_a_certificate_do_not_reach_the_terminal(stella, here):
    evil = WORLD.bundle(leaf={"identity": "https://ci.example/\x1b[2J"})
    (here / "evil.json").write_bytes(to_bytes(evil))
    _code, out, err = run(stella, "inspect", "evil.json")
    out += err + verify(stella, "evil.json", *WHO, "--trusted-root", "root.json", expect=1)
    assert "\x1b" not in out


def test_what_a_statement_was_made_from(stella, here):
    inputs = {name: name.encode() for name in ("sbom", "scan")}
    for name, data in inputs.items():
        (here / name).write_bytes(data)
    predicate = {
        "inputAttestations": [
            {"digest": {"sha256": hashlib.sha256(data).hexdigest()}} for data in inputs.values()
        ]
    }
    said = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/verification_summary/v1",
    }
    said |= {
        "subject": [{"digest": {"sha256": hashlib.sha256(ARTIFACT).hexdigest()}}],
        "predicate": predicate,
    }
    (here / "vsa.json").write_bytes(to_bytes(WORLD.bundle(jcs.dumps(said), rekor=2)))
    line = ("vsa.json", *WHO, "--trusted-root", "root.json")
    verify(stella, *line, "--input", "sbom", "--input", "scan", expect=0)
    assert "CUSTODY_INCOMPLETE" in verify(stella, *line, "--input", "sbom", expect=1)
    assert "CUSTODY_FOREIGN" in verify(
        stella, *line, "--input", "sbom", "--input", "scan", "--input", "b.json", expect=1
    )
    root = f"sha256:{'0' * 64}"
    assert "DEPENDENCIES_UNKNOWN" in verify(stella, *line, "--dependencies-root", root, expect=1)


def test_numbers_that_json_cannot_hold_are_shown(stella, here):
    bent = WORLD.bundle(rekor=2)
    bent["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["treeSize"] = str(2**63 - 1)
    (here / "huge.json").write_bytes(to_bytes(bent))
    code, out, _ = run(stella, "inspect", "huge.json", "--format", "json")
    assert code == 0
    assert json.loads(out)["logEntries"][0]["treeSize"] == str(2**63 - 1)
