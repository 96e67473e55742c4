"""stella.toml: what it may say, and how a mistake is answered."""

import pytest

from stella_git import config
from stella_git.errors import ConfigError

ID = "0b8f7c1e-5a57-4f0e-9d0a-1d2f3a4b5c6d"


def test_an_empty_file_gives_the_documented_defaults():
    found = config.parse(b"")
    assert found.keyring == "stella.keyring.json"
    assert found.signatures == "stella.keyring.sigs.json"
    assert found.budgets == ("policies/budgets/*.yaml",)
    assert found.repository_id is None


def test_every_table_is_read():
    found = config.parse(
        f"""
[repository]
id = "{ID}"
name = "reader"
[trust]
ref = "refs/heads/main"
keyring = "trust/keys.json"
root_keys = ["{"ab" * 32}"]
[decide]
environment = "prod"
budgets = ["b/*.yaml"]
rating_sources = ["NVD"]
[decide.inputs]
sbom = ["*.cdx.json"]
vex = ["*.vex.json"]
findings = ["scan.json"]
[sign]
key = "env:KEY"
[notes]
visibility = "private"
remote = "evidence"
[[component]]
name = "api"
paths = ["api/**"]
sbom = ["api/*.cdx.json"]
environment = "prod"
[environments.prod]
refs = ["refs/heads/main", "refs/heads/release/*"]
[environments.staging]
require = false
[hooks]
anchor = true
""".encode()
    )
    assert (found.repository_id, found.trust_ref, found.sign_key) == (ID, "refs/heads/main", "env:KEY")
    assert found.signatures == "trust/keys.sigs.json"
    assert found.components[0].sbom == ("api/*.cdx.json",)
    assert [entry.name for entry in found.environments] == ["prod", "staging"]
    assert found.notes_remote == "evidence"
    assert found.origins["sign.key"] == "stella.toml"
    assert dict(found.hooks) == {"anchor": True}


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("refs/heads/main", ("prod",)),
        ("refs/heads/release/1", ("prod",)),
        ("refs/heads/release/1/x", ()),
        ("refs/heads/topic", ()),
        (None, ("prod",)),
    ],
)
def test_required_environments_follow_the_ref(ref, expected):
    found = config.parse(
        b'[environments.prod]\nrefs = ["refs/heads/main", "refs/heads/release/*"]\n'
        b"[environments.dev]\nrequire = false\n"
    )
    assert found.required_environments(ref) == expected


def test_without_a_table_the_decided_environment_is_required():
    one = config.parse(b'[decide]\nenvironment = "prod"\n')
    assert one.required_environments("refs/heads/x") == ("prod",)
    assert config.parse(b"").required_environments("refs/heads/x") == ()


def test_variables_override_keys_and_say_so():
    found = config.parse(
        b'[sign]\nkey = "file:a"\n',
        environment={"STELLA_KEY": "env:B", "STELLA_ROOT_KEYS": "aa, bb", "HOME": "/"},
    )
    assert found.sign_key == "env:B"
    assert found.root_keys == ("aa", "bb")
    assert found.origins["sign.key"] == "$STELLA_KEY"


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("[repository\n", "config-syntax", 1, ""),
        ("[decide]\nenviroment = 'prod'\n", "config-unknown-key", 2, "'environment'"),
        ("[decid]\n", "config-unknown-key", 1, "'decide'"),
        ("[decide.inputs]\n\nsbon = []\n", "config-unknown-key", 3, "'sbom'"),
        ("[repository]\nid = 'ABC'\n", "config-value", 2, ""),
        ("[decide]\nenvironment = 'Prod'\n", "config-value", 2, ""),
        ("[decide]\nbudgets = 'x'\n", "config-value", 2, ""),
        ("[decide]\nbudgets = ['']\n", "config-value", 2, ""),
        ("[trust]\nkeyring = '../x'\n", "config-value", 2, ""),
        ("[trust]\nkeyring = '/x'\n", "config-value", 2, ""),
        ("[notes]\nvisibility = 'secret'\n", "config-value", 2, ""),
        ("[notes]\nvisibility = []\n", "config-value", 2, ""),
        ("[notes]\nvisibility = {}\n", "config-value", 2, ""),
        ("decide = 1\n", "config-value", 1, ""),
        ("hooks = 1\n", "config-value", 1, ""),
        ("component = 1\n", "config-value", 1, ""),
        ("component = [1]\n", "config-value", 1, ""),
        ("[[component]]\npaths = []\n", "config-value", None, ""),
        ("[[component]]\nname = 'a'\n[[component]]\nname = 'a'\n", "config-value", 2, ""),
        ("[[component]]\nname = 'a'\npath = []\n", "config-unknown-key", 3, "'paths'"),
        ("[environments.Prod]\n", "config-value", 1, ""),
        ("[environments.prod]\nrequire = 'yes'\n", "config-value", 2, ""),
        ("[environments.prod]\nzzz = 1\n", "config-unknown-key", 2, "known here: refs, require"),
        ("[environments]\nprod = 1\n", "config-value", 2, ""),
    ],
)
def test_a_mistake_is_named_with_its_line(text, code, line, hint):
    with pytest.raises(ConfigError) as caught:
        config.parse(text.encode())
    assert caught.value.code == code
    assert caught.value.where.line == line
    assert hint in (caught.value.remedy or "")
    assert caught.value.exit_code == 2


def test_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.parse(b"\xff")


def test_git_inherits_only_what_is_allowed():
    given = {"GIT_DIR": "/r", "GIT_TRACE": "1", "GIT_AUTHOR_NAME": "x", "GIT_CONFIG_COUNT": "1"}
    given["PATH"] = "/bin"
    with config.use_environment(given):
        found = config.git_environment()
    assert found["GIT_DIR"] == "/r"
    assert found["PATH"] == "/bin"
    assert not {"GIT_TRACE", "GIT_AUTHOR_NAME", "GIT_CONFIG_COUNT"} & set(found)
    assert found["LC_ALL"] == "C.UTF-8"


def test_each_allowed_variable_says_why():
    assert all(len(reason) > 10 for reason in config.GIT_ALLOWED.values())
