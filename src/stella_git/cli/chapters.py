"""The chapters of ``stella demo``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.cli.story import Story, call
from stella_git.errors import DefectError
from stella_git.flows import demo
from stella_git.report.text import printable

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def tell(story: Story, into: str) -> None:
    """Tell all of it.

    Raises:
        UsageError: ``into``/demo exists already.
        DefectError: a command did not end as the story needs.
    """
    from stella_git import config

    with config.use_environment(demo.environment(dict(config.environment()))):
        stage = demo.make_stage(into)
        story.say(
            "",
            "A release is validated, denied, mended, decided again, signed, kept in git,",
            "and recomputed byte for byte by somebody else. Every command below really runs.",
        )
        repository = _prepare(story, stage)
        _validate(story, repository)
        _deny(story, repository)
        _mend(story, repository)
        _attest(story, repository)
        clone = _clone(story, stage, repository)
        _tamper(story, stage, repository, clone)
        _end(story, stage)


def _prepare(story: Story, stage: Path) -> Path:
    story.chapter(
        "A small application",
        "feed-reader has a lock file with hashes. It pins PyYAML 5.3.1: an old release with a published",
        "vulnerability (CVE-2020-14343, critical, fixed in 5.4).",
    )
    repository = demo.make_repository(stage)
    demo.lay(repository, "app", demo.APP_FILES)
    demo.lay(repository, "before", demo.LOCK_FILES)
    story.act(f"git init {demo.NAME}")
    options = ["--name", demo.NAME, "--repository-id", demo.REPOSITORY_ID, "--key-name", demo.KEY_NAME]
    story.stella(repository, ["init", *options, "--keyring-days", "3650"], expect=0)
    demo.lay(repository, "", {"budget.yaml": "policies/budgets/default.yaml"})
    first = demo.commit(repository, "Read feeds", 0)
    story.act("git add . && git commit -m 'Read feeds'", f"[main {first[:12]}] Read feeds")
    story.keep(keyFingerprint=demo.key_fingerprint(), firstCommit=first)
    return repository


def _validate(story: Story, repository: Path) -> None:
    story.chapter(
        "Documents, and what is wrong with one",
        "The SBOM was made from the lock file by cyclonedx-bom; findings and VEX say what is known about it.",
    )
    demo.lay(repository, "before", demo.DOCUMENTS)
    story.stella(repository, ["sbom", "validate", "sbom/app.cdx.json"], expect=0)
    story.stella(repository, ["vex", "validate", "vex/app.openvex.json"], expect=0)
    demo.lay(repository, "broken", {demo.BROKEN: "broken.cdx.json"})
    story.stella(repository, ["sbom", "validate", "broken.cdx.json"], expect=1)
    (repository / "broken.cdx.json").unlink()
    story.say("", "File, line, column, what is wrong, and how to mend it. The broken file is gone again.")
    second = demo.commit(repository, "Add SBOM, VEX and findings", 5)
    story.act("git commit -a -m 'Add SBOM, VEX and findings'", f"[main {second[:12]}]")
    story.keep(deniedCommit=second)


def _deny(story: Story, repository: Path) -> None:
    story.chapter(
        "The verdict denies", "The budget of prod allows no critical finding. This command writes nothing."
    )
    story.stella(repository, ["decide"], expect=1)
    demo.lay(repository, "hope", {"vex.openvex.json": "hope.openvex.json"})
    story.say("", "Would a VEX help that only hopes? It is unsigned and comes from nowhere:")
    story.stella(repository, ["decide", "--vex", "hope.openvex.json"], expect=1)
    (repository / "hope.openvex.json").unlink()
    story.say(
        "", "Nobody vouches for it, so it weighs nothing. A denial is worth keeping too: signed and stored."
    )
    story.stella(repository, _ATTEST, expect=1)
    story.keep(denied=_attested(repository))


def _mend(story: Story, repository: Path) -> None:
    story.chapter(
        "The cause is mended", "PyYAML 6 instead of 5.3.1; a new lock file, SBOM, findings and VEX."
    )
    demo.lay(repository, "after", {**demo.LOCK_FILES, **demo.DOCUMENTS})
    third = demo.commit(repository, "Update PyYAML", 30)
    story.act("git commit -a -m 'Update PyYAML'", f"[main {third[:12]}] Update PyYAML")
    story.stella(repository, ["decide"], expect=0)
    story.keep(passedCommit=third)


def _attest(story: Story, repository: Path) -> None:
    story.chapter(
        "Signed, and kept in git",
        "The verdict becomes an in-toto statement in a signed envelope, stored as a git note. The key is",
        "demo data: it is derived from a public phrase, and no keyring but this one lists it.",
    )
    story.stella(repository, _ATTEST, expect=0)
    story.keep(passed=_attested(repository))
    story.act("git log", demo.git_log(repository))
    story.stella(repository, ["log"], expect=0)


def _clone(story: Story, stage: Path, repository: Path) -> Path:
    story.chapter(
        "Somebody else verifies, and recomputes",
        "A fresh clone; the fingerprint of the key came by another way. No network, no server.",
    )
    clone = demo.clone(repository, stage / "clone")
    story.act(f"git clone {demo.NAME} clone")
    story.stella(clone, ["init"], expect=0)
    demo.fetch(clone)
    story.act("git fetch")
    words = ["verify", "HEAD", "--recompute", "--root-key", demo.key_fingerprint()]
    story.stella(clone, words, expect=0)
    story.stella(clone, ["verdict", "replay", "HEAD"], expect=0)
    story.say("", "And the commit before it, which was denied:")
    story.stella(clone, ["verify", "HEAD~1"], expect=1)
    return clone


def _tamper(story: Story, stage: Path, repository: Path, clone: Path) -> None:
    story.chapter("Tampering", "Each in a clone of its own, by somebody who may write to the repository.")
    ref, line = demo.envelope_on(clone, "HEAD")
    _, denied = demo.envelope_on(clone, "HEAD~1")
    refused: dict[str, Json] = {}

    story.say("", "The note of the denied commit, edited to say pass:")
    victim = demo.copy_clone(repository, stage / "tampered-note")
    forged = demo.forge_payload(denied, b'"decision":"fail"', b'"decision":"pass"')
    demo.plant(victim, "HEAD~1", ref, forged)
    refused["note"] = _refused(story, victim, "HEAD~1", "BAD_SIGNATURE")

    story.say("", "One bit of the signature turned over:")
    victim = demo.copy_clone(repository, stage / "tampered-signature")
    demo.plant(victim, "HEAD", ref, demo.forge_signature(line))
    refused["signature"] = _refused(story, victim, "HEAD", "BAD_SIGNATURE")

    story.say("", "A component struck from the SBOM, and the note of the honest commit copied over:")
    victim = demo.copy_clone(repository, stage / "tampered-sbom")
    demo.strike_component(victim, demo.DOCUMENTS["sbom.cdx.json"])
    demo.commit(victim, "Tidy the SBOM", 45)
    demo.plant(victim, "HEAD", ref, line)
    refused["sbom"] = _refused(story, victim, "HEAD", "COPIED")

    story.say("", "A keyring of the attacker's own, committed on top:")
    victim = demo.copy_clone(repository, stage / "tampered-keyring")
    key = demo.replace_keyring(victim)
    demo.commit(victim, "Refresh the keyring", 50)
    own = ["attest", "create", "--key", f"file:{key}", "--policy-ref", "HEAD"]
    story.stella(victim, own, expect=0, shown=["attest", "create", "--key", "file:attacker.pem", *own[4:]])
    story.say("", "But keyrings come from the trusted branch, never from the commit under test:")
    refused["keyring"] = _refused(story, victim, "HEAD", "UNKNOWN_KEY")
    story.say(
        "",
        "And were that branch the trusted one: this clone remembers which keyring it accepted.",
    )
    refused["branch"] = _refused(story, victim, "HEAD", "SPLIT_VIEW", more=["--policy-ref", "HEAD"])
    story.keep(refused=refused)


def _refused(story: Story, where: Path, revision: str, code: str, *, more: Sequence[str] = ()) -> str:
    """Verify, and hold the answer to the code it must give."""
    words = ["verify", revision, *more, "--root-key", demo.key_fingerprint()]
    output = story.stella(where, words, expect=1)
    if code not in output + story.errors:
        raise DefectError(
            f"tampering was refused without the code {code}",
            code="demo-unexpected",
            remedy="report this, with the output above",
        )
    return code


def _end(story: Story, stage: Path) -> None:
    story.chapter("What is left", "Nothing outside this directory was touched:", f"  {printable(str(stage))}")
    story.say(
        "",
        f"  {demo.NAME:<12} the repository, with its notes",
        f"  {'clone':<12} the clone that verified and recomputed",
        f"  {'tampered-*':<12} what was refused",
        "",
        "Try next, in the clone:",
        "",
        "  stella show HEAD               everything attested about a commit, and every check",
        "  stella log                     what stands for each commit",
        "  git log                        the same with git alone",
        "",
        "and in a repository of yours: stella init",
    )


_ATTEST = ["attest", "create"]


def _attested(repository: Path) -> "Json":
    """Return ids and refs of the attestation on HEAD; attesting again stores nothing new."""
    from stella_git.canon.reader import parse_json

    _, output, _ = call(repository, [*_ATTEST, "--format", "json"])
    document = parse_json(output.encode())
    assert isinstance(document, dict)
    return {name: value for name, value in document.items() if name != "created"}
