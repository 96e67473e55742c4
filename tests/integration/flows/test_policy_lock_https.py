"""One policy file over https, from a real server whose certificate a made-up authority signed."""

import pytest

import lock_cases as cases
from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, StellaError, Where
from stella_git.flows import policyhttps, policylock, policylockcheck
from stella_git.policy.lock import pack_digest
from trust_cases import START

pytestmark = pytest.mark.network
WHERE = Where("s")
DATA = cases.policy("theirs.one")
DIGEST = pack_digest({"p.yaml": DATA}, "p.yaml")


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return a function that serves answers, trusted by this process, and returns the URL."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("no_proxy", "*")

        def start(answers, *, trusted=True, folder="tls"):
            place = tmp_path / folder
            place.mkdir()
            url, ca = stack.enter_context(cases.https(place, answers))
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(ca))
            return url

        yield start


def get(url, path="/packs/one.yaml", allow=None):
    return policyhttps.get(url + path, allow or (f"{url}/packs/",), where=WHERE)


def code_of(error, *arguments, **options):
    with pytest.raises(error) as caught:
        get(*arguments, **options)
    assert caught.value.remedy
    return caught.value.code


def test_a_file_becomes_a_pack(serve, tmp_path, monkeypatch):
    url = serve({"/packs/one.yaml": DATA})
    entry = cases.theirs(f"{{https: '{url}/packs/one.yaml'}}", DIGEST, path="packs/theirs.yaml")
    monkeypatch.chdir(cases.house(tmp_path / "here", entry, allow=[f"{url}/packs/"]))
    policylock.write()
    assert (tmp_path / "here/policies/packs/theirs.yaml").read_bytes() == DATA
    assert policylockcheck.check("policies", at=START, require=False).problems == ()


@pytest.mark.parametrize("served", [cases.policy("theirs.other"), b"a: b\n", b"", b"<html>"])
def test_something_else_is_not_taken(serve, tmp_path, monkeypatch, served):
    url = serve({"/packs/one.yaml": served})
    entry = cases.theirs(f"{{https: '{url}/packs/one.yaml'}}", DIGEST, path="packs/theirs.yaml")
    monkeypatch.chdir(cases.house(tmp_path / "here", entry, allow=[f"{url}/packs/"]))
    before = cases.snapshot(tmp_path / "here")
    with pytest.raises(RefusedError) as caught:
        policylock.write()
    assert caught.value.code in {"policy-pack-digest", "policy-pack-missing"}
    assert cases.snapshot(tmp_path / "here") == before


def test_a_server_that_nobody_vouches_for_is_not_believed(serve):
    url = serve({"/packs/one.yaml": DATA}, trusted=False)
    assert code_of(EnvironmentFault, url) == "policy-pack-fetch"


def test_a_certificate_for_another_name_is_not_believed(serve):
    url = serve({"/packs/one.yaml": DATA}).replace("127.0.0.1", "localhost")
    assert code_of(EnvironmentFault, url) == "policy-pack-fetch"


def test_redirects_below_the_prefixes_are_followed(serve):
    url = serve({"/packs/one.yaml": (302, {"Location": "/packs/v2/one.yaml"}), "/packs/v2/one.yaml": DATA})
    assert get(url) == DATA


@pytest.mark.parametrize(
    "location",
    [
        "/other/one.yaml",
        "http://127.0.0.1/packs/",
        "file:///etc/passwd",
        "https://example.org/packs/x",
        "../x",
        "//[x",
    ],
)
def test_redirects_elsewhere_are_not_followed(serve, location):
    url = serve({"/packs/one.yaml": (301, {"Location": location}), "/other/one.yaml": DATA})
    assert code_of(StellaError, url) in {"policy-pack-url", "policy-pack-fetch"}


def test_redirects_end(serve):
    url = serve({"/packs/one.yaml": (307, {"Location": "/packs/one.yaml"})})
    assert code_of(EnvironmentFault, url) == "policy-pack-fetch"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, {}), "policy-pack-missing"),
        ((410, {}), "policy-pack-missing"),
        ((500, {}), "policy-pack-fetch"),
        ((401, {"WWW-Authenticate": "Basic"}), "policy-pack-fetch"),
        ((302, {}), "policy-pack-fetch"),
        ((206, {}, DATA), "policy-pack-fetch"),
        ((200, {"Content-Length": "9999"}, DATA), "policy-pack-fetch"),
        (b"x" * ((4 << 20) + 1), "policy-pack-size"),
    ],
)
def test_other_answers_are_errors(serve, answer, code):
    url = serve({"/packs/one.yaml": answer})
    assert code_of(StellaError, url) == code


def test_a_server_that_is_gone(serve):
    serve({})
    assert code_of(EnvironmentFault, "https://127.0.0.1:1") == "policy-pack-fetch"


def test_a_proxy_of_the_environment_is_used(serve, monkeypatch):
    url = serve({"/packs/one.yaml": DATA})
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert code_of(EnvironmentFault, url) == "policy-pack-fetch"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/other/x.yaml",
        "https://example.org/packs/../other/x.yaml",
        "https://example.org/packs/%2e%2e/other/x.yaml",
        "https://example.org/packs/%2E%2e%2Fother/x.yaml",
        "https://example.org/packs/..%5cx.yaml",
        "https://example.org/packs\\..\\x.yaml",
        "https://example.org/packs/x.yaml#y",
        "https://example.org/packs/x y.yaml",
        "https://example.org/packs/x\ny.yaml",
        "https://example.org/packs/\u00e9.yaml",
        "https://example.org.evil.org/packs/x.yaml",
        "https://user@example.org/packs/x.yaml",
        "http://example.org/packs/x.yaml",
        "HTTPS://example.org/packs/x.yaml",
        "https:///packs/x.yaml",
    ],
)
def test_urls_that_only_look_allowed(url):
    with pytest.raises(ConfigError) as caught:
        policyhttps.require_allowed(url, ("https://example.org/packs/", "http://example.org/packs/"), WHERE)
    assert caught.value.code == "policy-pack-url"


def test_urls_below_a_prefix_are_allowed():
    for url in ("https://example.org/packs/x.yaml", "https://example.org/packs/a/x.yaml?v=1&w=../y"):
        policyhttps.require_allowed(url, ("https://example.org/packs/",), WHERE)
    with pytest.raises(ConfigError):
        policyhttps.require_allowed("https://example.org/packs/x.yaml", (), WHERE)
