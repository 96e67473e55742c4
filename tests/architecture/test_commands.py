"""The command line is a contract: names, options, and a sentence about each."""

import argparse
import re
from importlib import import_module

import pytest

from house_cases import ROOT
from stella_git.cli.main import COMMANDS, build_parser

# What other programs and people may rely on. Only added to.
CONTRACT = {
    "init": {"--dry-run", "--owner"},
    "deinit": {"--dry-run"},
    "config check": set(),
    "config show": {"--origin"},
    "config schema": set(),
    "sbom elements": {"FILE", "--profile", "--profile-file", "--list", "--level", "--min-score", "--format"},
    "sbom validate": {"FILE", "--format", "--rules", "--strict", "--profile", "--against", "--no-git"},
    "sbom fix": {"FILE", "--check", "--diff", "--only", "--bump", "--canonical-order", "--rules", "--format"},
    "sbom normalize": {"FILE", "--digest", "--no-details"},
    "sbom diff": {"FILE", "--git", "--format"},
    "sbom stats": {"FILE", "--format"},
    "sbom tree": {"FILE", "--depth", "--invert", "--format"},
    "sbom convert-check": {"ORIGINAL", "CONVERTED", "--format"},
    "vex diff": {"FILE", "--git", "--format"},
    "vex fix": {"FILE", "--check", "--diff", "--only", "--bump", "--canonical-order", "--rules", "--format"},
    "vex validate": {"FILE", "--format", "--rules", "--strict", "--against", "--no-git"},
    "evidence validate": {"FILE", "--format"},
    "attestation validate": {"FILE", "--format"},
    "rule": {"ID", "--format"},
    "findings normalize": {"FILE", "--source", "--output", "--rating-source", "--database-date"},
    "findings merge": {"FILE", "--output", "--rating-source"},
    "findings validate": {"FILE", "--format"},
    "budget check": {"--budget", "--inputs", "--environment", "--as-of", "--format"},
    "policy lint": {"PATH", "--format", "--strict", "--as-of"},
    "policy init": {"DIR", "--pack", "--list", "--dry-run"},
    "policy schema": {"KIND", "--write"},
    "policy fmt": {"PATH", "--check", "--diff"},
    "policy waive": {
        "FINGERPRINT",
        "--vuln",
        "--purl",
        "--policy",
        "--from-run",
        "--type",
        "--effect",
        "--reason",
        "--ticket",
        "--owner",
        "--expires",
        "--from",
        "--id",
        "--into",
        "--approve",
        "--key",
        "--identity",
        "--renew",
        "--list",
        "--check",
        "--format",
        "--policies",
        "--policy-ref",
        "--as-of",
        "--environment",
        "--subject",
    },
    "policy diff": {"A", "B", "--over", "--format"},
    "policy eval": {
        "EXPRESSION",
        "--input",
        "--fuel",
        "--trace",
        "--policies",
        "--evidence",
        "--keyring",
        "--environment",
        "--stage",
        "--ref",
        "--subject",
        "--as-of",
        "--param",
        "--only",
        "--baseline",
        "--new-only",
        "--write-baseline",
        "--format",
        "--verbose",
    },
    "policy lock": {
        "DIR",
        "--check",
        "--update",
        "--write-digests",
        "--sign",
        "--require-signature",
        "--keyring",
        "--root-key",
        "--policy-ref",
        "--format",
    },
    "policy explain": {"POLICY[/RULE]", "--policies", "--evidence", "--keyring", "--fp", "--key", "--format"},
    "policy coverage": {"PATH", "--min", "--format"},
    "policy mutate": {"PATH", "--limit", "--format"},
    "policy test": {"PATH", "-k", "--format"},
    "decide": {"REV", "--environment", "--as-of", "--sbom", "--vex", "--findings"},
    "attest create": {"REV"},
    "attest verify": {"FILE", "--key", "--certificate-identity", "--keyring", "--artifact", "--trusted-root"},
    "attest inspect": {"FILE", "--format"},
    "attest convert": {"FILE", "--to", "--key"},
    "verify": {"REV|RANGE", "--recompute", "--root-key", "--policy-ref", "--keyring"},
    "verdict id": {"FILE", "--check"},
    "verdict replay": {"REV|FILE"},
    "log": {"RANGE"},
    "show": {"REV"},
    "canon": {"FILE"},
    "digest": {"FILE"},
    "keys generate": {"--name", "--algorithm", "--key-format", "--password", "--out", "--format"},
    "keys list": {"--format"},
    "keys import": {"FILE", "--name"},
    "keys export": {"NAME", "--as"},
    "keys add": {"FILE", "--name", "--owner", "--role", "--fingerprint", "--identity", "--trusted-root"},
    "keys rotate": {"NAME", "--overlap", "--hook", "--public"},
    "keys revoke": {"NAME", "--reason", "--at", "--identity"},
    "keys renew": {"--days", "--threshold"},
    "keys sign": {"--expect", "--merge", "--key"},
    "keys verify": {"--policy-ref", "--keyring", "--root-key", "--format"},
    "audit show": {"--last", "--head", "--format"},
    "audit verify": {"--head", "--format"},
    "trust show": {"FILE", "--format"},
    "trust update": {"--staging", "--url", "--root", "--output"},
    "demo": {"--into", "--format"},
}
FORMATS = {
    "policy eval": {"text", "json", "sarif", "junit", "github", "gitlab", "markdown"},
    "sbom elements": {"text", "json", "markdown"},
    "sbom validate": {"text", "concise", "json", "sarif"},
    "vex validate": {"text", "concise", "json", "sarif"},
}


def leaves(parser, words=()):
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words), parser
    for group in groups:
        for word, child in group.choices.items():
            yield from leaves(child, (*words, word))


LEAVES = dict(leaves(build_parser("*")))


def names(parser):
    return {
        name
        for action in parser._actions
        for name in (action.option_strings or [action.metavar or action.dest])
    }


def test_the_contract_names_every_command():
    assert set(LEAVES) == set(CONTRACT)


@pytest.mark.parametrize("command", CONTRACT)
def test_the_contract_is_kept(command):
    assert CONTRACT[command] - names(LEAVES[command]) == set()
    if command in FORMATS:
        (formats,) = (set(action.choices) for action in LEAVES[command]._actions if action.dest == "format")
        assert FORMATS[command] <= formats


@pytest.mark.parametrize("command", LEAVES)
def test_every_command_and_argument_explains_itself(command):
    parser = LEAVES[command]
    assert parser.description
    assert parser.description.endswith(".")
    assert [action.dest for action in parser._actions if not action.help] == []
    assert callable(parser.get_default("handler"))


@pytest.mark.parametrize("command", LEAVES)
def test_every_command_and_argument_is_documented(command):
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    section = re.search(rf"(?ms)^## `stella {re.escape(command)}`$(.*?)(?=^## |\Z)", page)
    assert section
    documented = names(LEAVES[command]) - {"-h", "--help"}
    assert {name for name in documented if name.replace("|", "\\|") not in section[1]} == set()


@pytest.mark.parametrize("command", LEAVES)
def test_help_works_and_exits_clean(stella, command):
    ran = stella(*command.split(), "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: stella {command}")
    assert ran.err == ""


def test_help_lists_every_command(stella):
    ran = stella("--help")
    assert ran.code == 0
    for name, (_, summary) in COMMANDS.items():
        assert f"    {name} " in ran.out
        assert summary.split()[0] in ran.out


@pytest.mark.parametrize(
    "argv", [["no-such-command"], ["canon"], ["verify", "--no-such-option"], ["sbom"], ["canon", "--fo", "x"]]
)
def test_a_wrong_command_line_exits_with_2(stella, argv):
    ran = stella(*argv)
    assert ran.code == 2
    assert ran.out == ""
    assert "usage: stella" in ran.err


@pytest.mark.parametrize("noun", ["sbom", "vex"])
def test_a_verb_has_the_same_parser_alone_as_beside_the_others(noun):
    verbs = import_module(COMMANDS[noun][0]).VERBS
    assert list(verbs) == [path.split()[1] for path in LEAVES if path.split()[0] == noun]
    for verb in verbs:
        alone = dict(leaves(build_parser(noun, [noun, verb])))
        name = f"{noun} {verb}"
        assert alone[name].format_help() == LEAVES[name].format_help()


@pytest.mark.parametrize("columns", ["20", "40", "200"])
def test_help_is_as_wide_as_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    parser = LEAVES["sbom validate"]
    ours = parser.format_help()
    with monkeypatch.context() as patched:
        patched.setattr(parser, "formatter_class", argparse.RawDescriptionHelpFormatter)
        assert parser.format_help() == ours


@pytest.mark.parametrize("command", [command for command in LEAVES if command.startswith("policy ")])
def test_commands_about_policies_say_how_they_end(command):
    codes = (LEAVES[command].epilog or "").partition("exit codes:\n")[2]
    assert re.findall(r"(?m)^  ([0-9])  \S", codes)[0] == "0"
    assert re.search(r"(?m)^  2  usage", codes)
