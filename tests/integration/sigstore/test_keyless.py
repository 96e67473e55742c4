"""Keyless signing against services on loopback: it verifies everywhere; what goes wrong has a name."""

import time

import pytest
from sigstore.models import ClientTrustConfig

from sigstore_ca import IDENTITY
from sigstore_http import FULCIO, REKOR1, REKOR2, TSA, serve, token, write_config
from sigstore_keys import p256
from sigstore_peers import npm_peer, python_peer
from sigstore_world import ARTIFACT, STATEMENT, World
from stella_git.attest.bundle import Bundle
from stella_git.canon import jcs
from stella_git.canon.reader import parse_json
from stella_git.errors import ConfigError, EnvironmentFault, InputError, StellaError
from stella_git.trust import instances
from stella_git.trust.signers import open_bundle_signer, open_signer, sigstore

pytestmark = pytest.mark.enable_socket
OTHER = World("other", now=int(time.time()))
COMMIT = jcs.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "repository", "digest": {"gitCommit": "a1" * 20}}],
        "predicateType": "https://example.org/predicate/v1",
    }
)


@pytest.fixture
def service():
    with serve(World(now=int(time.time()) - 10)) as running:
        yield running


def keyless(service, rekor=2, *, said=None, **options):
    """Return a signer whose services are the ones on loopback."""
    config = jcs.dumps(service.client_config(rekor, **options))
    return sigstore.KeylessSigner(uri="sigstore:test", config=config, token=said or service.token())


def refusal(kind, call, *arguments):
    with pytest.raises(StellaError) as caught:
        call(*arguments)
    assert type(caught.value) is kind
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("rekor", [1, 2])
@pytest.mark.parametrize("statement", [STATEMENT, COMMIT], ids=["artifact", "commit"])
def test_a_statement_is_signed_as_it_is(service, rekor, statement):
    made = keyless(service, rekor).sign_statement(statement)
    bundle = Bundle.from_bytes(made, 1 << 20)
    assert bundle.content.payload == statement
    assert bundle.version == "0.3"
    assert len(bundle.certificates) == len(bundle.tlog_entries) == len(bundle.timestamps) == 1
    assert python_peer(parse_json(made), service.world.trusted_root()) is None


@pytest.mark.parametrize("rekor", [1, 2])
def test_an_artifact_is_signed(service, rekor):
    made = keyless(service, rekor).sign_artifact(ARTIFACT)
    assert python_peer(parse_json(made), service.world.trusted_root(), artifact=ARTIFACT) is None
    refused = python_peer(parse_json(made), service.world.trusted_root(), artifact=b"other")
    assert "mismatch" in refused


@pytest.mark.network
def test_npm_takes_what_is_signed(service):
    peer = npm_peer()
    root = service.world.trusted_root()
    peer.add(parse_json(keyless(service, 1).sign_statement(STATEMENT)), root)
    peer.add(parse_json(keyless(service, 1).sign_artifact(ARTIFACT)), root, artifact=ARTIFACT)
    peer.add(parse_json(keyless(service, 2).sign_artifact(ARTIFACT)), root, artifact=ARTIFACT)
    assert peer.run() == [None, None, None]


def test_every_signature_has_a_key_and_a_certificate_of_its_own(service):
    signer = keyless(service)
    made = [Bundle.from_bytes(signer.sign_statement(STATEMENT), 1 << 20) for _ in range(2)]
    assert made[0].certificates != made[1].certificates
    assert [path for path, _body in service.requests] == [FULCIO, TSA, REKOR2] * 2


def test_a_log_with_promises_needs_no_timestamps(service):
    made = Bundle.from_bytes(keyless(service, 1, tsa=False).sign_statement(STATEMENT), 1 << 20)
    assert (made.timestamps, len(made.tlog_entries)) == ((), 1)


def test_the_signer_of_a_uri(service, tmp_path):
    write_config(service, tmp_path / "instance.json")
    environment = {"SIGSTORE_ID_TOKEN": f"{service.token()}\n"}
    signer = open_bundle_signer("sigstore:instance.json", environment=environment, base=tmp_path)
    assert signer.uri == "sigstore:instance.json"
    assert Bundle.from_bytes(signer.sign_statement(STATEMENT), 1 << 20).content.payload == STATEMENT
    assert service.token() not in repr(signer)


def test_the_token_of_a_ci_service(service, tmp_path, monkeypatch):
    path = write_config(service, tmp_path / "instance.json")
    monkeypatch.setattr("sigstore.oidc.detect_credential", service.token)
    signer = open_bundle_signer(f"sigstore:{path}", environment={})
    assert signer.token == service.token()


def test_nobody_says_who_is_signing(service, tmp_path, monkeypatch):
    path = write_config(service, tmp_path / "instance.json")
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: None)
    error = refusal(ConfigError, lambda: open_bundle_signer(f"sigstore:{path}", environment={}))
    assert error.code == "keyless-token-missing"


def test_a_person_logs_in_where_there_is_one(service, tmp_path, monkeypatch):
    class Issuer:
        def __init__(self, url):
            assert url == "https://login.test"

        def identity_token(self):
            return service.token()

    config = service.client_config()
    path = tmp_path / "instance.json"
    path.write_bytes(jcs.dumps(config))
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: None)
    monkeypatch.setattr("sigstore.oidc.Issuer", Issuer)

    def opened():
        return open_bundle_signer(f"sigstore:{path}", environment={}, prompt=lambda _uri: b"")

    assert "No valid OIDC provider" in refusal(EnvironmentFault, opened).message
    (one,) = config["signingConfig"]["caUrls"]
    config["signingConfig"]["oidcUrls"] = [one | {"url": "https://login.test"}]
    path.write_bytes(jcs.dumps(config))
    assert opened().token == service.token()


def test_a_ci_service_that_gives_no_token(service, tmp_path, monkeypatch):
    def fail():
        raise RuntimeError("no permission\nand more")

    path = write_config(service, tmp_path / "instance.json")
    monkeypatch.setattr("sigstore.oidc.detect_credential", fail)
    error = refusal(EnvironmentFault, lambda: open_bundle_signer(f"sigstore:{path}", environment={}))
    assert error.code == "keyless-service"
    assert error.message.endswith("(RuntimeError: no permission)")


@pytest.mark.parametrize(
    "options",
    [{"lifetime": -60}, {"audience": "elsewhere"}, {"iss": None}],
    ids=["old", "audience", "issuer"],
)
def test_a_token_that_cannot_be_used(service, options):
    said = token(service.world.now, **options)
    error = refusal(ConfigError, keyless(service, said=said).sign_statement, STATEMENT)
    assert error.code == "keyless-token"
    assert service.requests == []


def test_a_token_is_never_quoted(service):
    said = "c2VjcmV0.c2VjcmV0.c2VjcmV0"
    error = refusal(ConfigError, keyless(service, said=said).sign_statement, STATEMENT)
    assert error.code == "keyless-token"
    assert "c2VjcmV0" not in f"{error} {error.remedy}"
    assert error.__context__ is None
    assert error.__cause__ is None


@pytest.mark.parametrize("path", [FULCIO, REKOR2, TSA])
def test_a_service_that_fails(service, path):
    service.failing[path] = 500
    error = refusal(EnvironmentFault, keyless(service).sign_statement, STATEMENT)
    assert error.code == "keyless-service"


@pytest.mark.parametrize("path", [FULCIO, REKOR1, REKOR2, TSA])
@pytest.mark.parametrize("junk", [b"", b"{", b"{}", b"[]", b"\xff", b"0\x00"])
def test_a_service_that_answers_with_junk(service, path, junk):
    service.failing[path] = lambda _answer: junk
    rekor = 1 if path == REKOR1 else 2
    error = refusal(EnvironmentFault, keyless(service, rekor).sign_statement, STATEMENT)
    assert error.code == "keyless-service"


def test_services_that_are_gone(service):
    config = jcs.dumps(service.client_config() | {})
    gone = config.replace(service.url.encode(), b"http://127.0.0.1:1")
    signer = sigstore.KeylessSigner(uri="sigstore:test", config=gone, token=service.token())
    assert refusal(EnvironmentFault, signer.sign_statement, STATEMENT).code == "keyless-service"


LIES = {
    "another authority": {"leaf_knobs": {"issuer_key": OTHER.fulcio.key}},
    "SCT missing": {"leaf_knobs": {"scts": 0}},
    "SCT by another key": {"leaf_knobs": {"sct": {"key": p256("thief")}}},
    "not for code signing": {"leaf_knobs": {"eku": ()}},
    "expired": {"leaf_knobs": {"at": OTHER.now - 7200}},
    "stamp over other bytes": {"stamp_knobs": {"imprint": bytes(32)}},
    "stamp by another key": {"stamp_knobs": {"key": p256("thief")}},
    "proof too short": {"entry_knobs": {"hashes": []}},
    "checkpoint by another key": {"entry_knobs": {"note": {"key": p256("thief")}}},
    "checkpoint unsigned": {"entry_knobs": {"note": {"signed": False}}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
@pytest.mark.parametrize("method", ["sign_statement", "sign_artifact"])
def test_a_service_that_lies(service, lie, method):
    for name, knobs in lie.items():
        setattr(service, name, knobs)
    error = refusal(EnvironmentFault, getattr(keyless(service), method), STATEMENT)
    assert error.code in {"keyless-bundle", "keyless-service"}


def test_the_package_signs_other_bytes(service, monkeypatch):
    true = sigstore._as_statement
    monkeypatch.setattr(sigstore, "_as_statement", lambda data: true(data + b" "))
    error = refusal(EnvironmentFault, keyless(service).sign_statement, STATEMENT)
    assert error.code == "keyless-bundle"
    assert "not about the statement" in error.message


def test_the_package_makes_another_kind_of_bundle(service):
    class Confused(sigstore.KeylessSigner):
        def _sign(self, content, method):
            flipped = "sign_artifact" if method == "sign_dsse" else "sign_dsse"
            what = STATEMENT if method == "sign_dsse" else sigstore._as_statement(STATEMENT)
            return super()._sign(what, flipped)

    signer = Confused(uri="sigstore:", config=jcs.dumps(service.client_config()), token=service.token())
    assert refusal(EnvironmentFault, signer.sign_statement, STATEMENT).code == "keyless-bundle"
    assert refusal(EnvironmentFault, signer.sign_artifact, STATEMENT).code == "keyless-bundle"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json-syntax"),
        (b'{"a":1,"a":2}', "json-duplicate-member"),
        (b"[]", "keyless-config"),
        (b"{}", "keyless-config"),
    ],
)
def test_a_config_that_is_none(service, data, code):
    signer = sigstore.KeylessSigner(uri="sigstore:x.json", config=data, token=service.token())
    error = refusal(ConfigError, signer.sign_statement, STATEMENT)
    assert error.code == code
    assert error.where.path == "x.json"


def test_a_config_without_services(service):
    config = service.client_config()
    config["signingConfig"]["caUrls"] = []
    signer = sigstore.KeylessSigner(uri="sigstore:", config=jcs.dumps(config), token=service.token())
    error = refusal(ConfigError, signer.sign_statement, STATEMENT)
    assert "No valid Fulcio CA" in error.message


def test_a_config_whose_trusted_root_we_do_not_read(service):
    config = service.client_config()
    config["trustedRoot"]["tlogs"][0]["publicKey"]["validFor"]["start"] = (
        "2025-06-01 00:00:00Z"  # the package takes it
    )
    signer = sigstore.KeylessSigner(uri="sigstore:", config=jcs.dumps(config), token=service.token())
    refusal(ConfigError, signer.sign_statement, STATEMENT)
    assert service.requests == []


def test_what_comes_back_is_no_bundle_that_we_read(service, monkeypatch):
    monkeypatch.setattr("sigstore.models.Bundle.to_json", lambda _self: "{}")
    error = refusal(EnvironmentFault, keyless(service).sign_statement, STATEMENT)
    assert error.code == "keyless-bundle"


def test_a_config_that_cannot_be_read(tmp_path):
    error = refusal(
        ConfigError, lambda: open_bundle_signer("sigstore:none.json", environment={}, base=tmp_path)
    )
    assert (error.code, error.where.path) == ("keyless-config-missing", str(tmp_path / "none.json"))
    error = refusal(EnvironmentFault, lambda: open_bundle_signer(f"sigstore:{tmp_path}", environment={}))
    assert error.code == "keyless-config-unreadable"


@pytest.mark.parametrize(("uri", "name"), [("sigstore:", "production"), ("sigstore:staging", "staging")])
def test_the_instances_that_have_a_name(service, monkeypatch, uri, name):
    config = ClientTrustConfig.from_json(jcs.dumps(service.client_config()).decode())
    monkeypatch.setattr(ClientTrustConfig, name, lambda: config)
    signer = open_bundle_signer(uri, environment={"SIGSTORE_ID_TOKEN": service.token()})
    assert Bundle.from_bytes(signer.sign_statement(STATEMENT), 1 << 20).content.payload == STATEMENT


def test_an_instance_that_cannot_be_fetched(monkeypatch):
    def fail():
        raise OSError("no route")

    monkeypatch.setattr(ClientTrustConfig, "production", fail)
    error = refusal(EnvironmentFault, lambda: open_bundle_signer("sigstore:", environment={}))
    assert error.code == "keyless-service"


def test_a_config_of_two_halves(service, monkeypatch):
    whole = service.client_config()
    root, services = jcs.dumps(whole["trustedRoot"]), jcs.dumps(whole["signingConfig"])
    assert parse_json(instances.make_config("", trusted_root=root, signing_config=services)) == whole
    fetched = World("fetched", now=service.world.now).trusted_root()
    monkeypatch.setattr(instances, "fetch_config", lambda name: jcs.dumps(whole | {"trustedRoot": fetched}))
    assert parse_json(instances.make_config("staging", trusted_root=root)) == whole
    assert parse_json(instances.make_config("", signing_config=services))["trustedRoot"] == fetched
    with pytest.raises(InputError):
        instances.make_config("", trusted_root=b"{", signing_config=services)


@pytest.mark.parametrize("in_toto", [True, False])
def test_a_bundle_for_the_public_suite(service, in_toto):
    root, services = (jcs.dumps(service.client_config()[half]) for half in ("trustedRoot", "signingConfig"))
    made = sigstore.sign_bundle(
        STATEMENT, token=service.token(), in_toto=in_toto, trusted_root=root, signing_config=services
    )
    assert ("dsseEnvelope" in parse_json(made)) is in_toto
    artifact = None if in_toto else STATEMENT
    assert python_peer(parse_json(made), service.world.trusted_root(), artifact=artifact) is None


def test_the_extra_is_missing(service, monkeypatch):
    for module in ("sign", "oidc", "models", "dsse"):
        monkeypatch.setitem(__import__("sys").modules, f"sigstore.{module}", None)
    error = refusal(ConfigError, keyless(service).sign_statement, STATEMENT)
    assert (error.code, error.remedy) == ("extra-missing", "pip install 'stella-git[keyless]'")


def test_signers_of_keys_and_of_bundles_are_not_mistaken_for_each_other():
    assert (
        refusal(ConfigError, lambda: open_signer("sigstore:", environment={})).code == "signer-makes-bundles"
    )
    assert (
        refusal(ConfigError, lambda: open_bundle_signer("file:key.pem", environment={})).code == "signer-uri"
    )
    assert refusal(ConfigError, lambda: open_bundle_signer("sigstore", environment={})).code == "signer-uri"


def test_the_identity_is_that_of_the_token(service):
    made = keyless(service, said=service.token(sub="repo:acme/widget", email="ada@example.org"))
    bundle = parse_json(made.sign_statement(STATEMENT))
    root = service.world.trusted_root()
    assert python_peer(bundle, root, identity="ada@example.org") is None
    assert python_peer(bundle, root, identity=IDENTITY) is not None
