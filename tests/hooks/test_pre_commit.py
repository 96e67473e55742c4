"""The hooks through the real pre-commit, from a clone of this repository, in repositories of our own.

The clone has what is committed, not what is only in the work tree. One fixture goes to the package registry:
it builds the environment of the hooks and collects the packages that doing so again takes. All else runs
with the network cut off: no index, proxies that lead nowhere, no network interface where that is allowed.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hook_cases import CASES, HOOKS, ON_FILES, ROOT, cases, git, repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("pre-commit"),  # one worker, one environment
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="not a git checkout: pre-commit clones repositories"
    ),
]

SPELT_BOM = (CASES / "stella-sbom-fix/bad/purl-spelling.cdx.json").read_bytes()
BAD_BOM = (CASES / "stella-sbom-validate/bad/misspelt-type.cdx.json").read_bytes()
GOOD_BOM = (CASES / "stella-sbom-validate/good/shop.cdx.json").read_bytes()
AWKWARD = [
    "with space.cdx.json",
    "quote's.cdx.json",
    'double"quote.cdx.json',
    "ünïcode-名.cdx.json",
    "-leading-dash.cdx.json",
    "--format.cdx.json",
    "$(touch owned).cdx.json",
    "semi;colon&.cdx.json",
    "new\nline.cdx.json",
    "back\\slash.cdx.json",
]


@dataclass
class PreCommit:
    """One store of environments and one clone of this repository."""

    clone: Path
    store: Path
    wheels: Path
    revision: str = ""
    built: subprocess.CompletedProcess = field(default=None)

    def config(self, *hooks, **options):
        """Return a configuration that uses hooks of the clone."""
        lines = ["repos:", f"  - repo: {self.clone}", f"    rev: {self.revision}", "    hooks:"]
        for hook in hooks or HOOKS:
            lines.append(f"      - id: {hook}")
            lines += [f"        {key}: {value}" for key, value in options.items()]
        return "\n".join(lines) + "\n"

    def environment(self):
        """Return an environment that cannot reach the registry."""
        closed = "http://127.0.0.1:9"
        return {
            **os.environ,
            "PRE_COMMIT_HOME": str(self.store),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), closed),
            "no_proxy": "",
        }

    def offline(self, where, *words):
        """Run a program without network; return how it ended, with both outputs in ``stdout``."""
        return subprocess.run(
            [*NO_NETWORK, *words],
            cwd=where,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def run(self, where, *words):
        return self.offline(where, sys.executable, "-m", "pre_commit", *words)


def no_network():
    """Return the words that run a program without network interfaces, none where that is not allowed."""
    for words in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
        if (
            shutil.which("unshare")
            and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
        ):
            return words
    return []


NO_NETWORK = no_network()


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory):
    """Clone this repository, and build the environment of its hooks from the registry."""
    place = tmp_path_factory.mktemp("pre-commit")
    trusting = place / "gitconfig"
    trusting.write_text("[safe]\n\tdirectory = *\n")
    owner_does_not_matter = {"GIT_CONFIG_GLOBAL": str(trusting)}
    git(place, "clone", "--quiet", "--no-hardlinks", ROOT, "stella-git", env=owner_does_not_matter)
    made = PreCommit(place / "stella-git", place / "store", place / "wheels")
    made.revision = git(made.clone, "rev-parse", "HEAD").stdout.decode().strip()
    online = {**os.environ, "PRE_COMMIT_HOME": str(made.store), "HOME": os.environ["REAL_HOME"]}
    consumer = repository(place / "consumer")
    (consumer / ".pre-commit-config.yaml").write_text(made.config())
    build = [sys.executable, "-m", "pre_commit", "install-hooks"]
    made.built = subprocess.run(build, cwd=consumer, env=online, capture_output=True, check=False)
    (pip,) = [path for path in made.store.rglob("pip*") if path.name in {"pip", "pip.exe"} and path.is_file()]
    download = [pip, "download", "--quiet", "--dest", made.wheels, "hatchling", made.clone]
    subprocess.run(download, env=online, check=True, capture_output=True)
    return made


@pytest.fixture
def shop(tmp_path, pre_commit):
    """Return a repository with all hooks configured and installed."""
    where = repository(tmp_path / "shop", CASES / "stella-budget-check/good/tree")
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config())
    git(where, "add", ".")
    git(where, "commit", "--quiet", "--message", "Use the hooks")
    done = pre_commit.run(where, "install", "--hook-type", "pre-commit", "--hook-type", "post-commit")
    assert done.returncode == 0, done.stdout.decode()
    return where


def head(where):
    return git(where, "rev-parse", "HEAD").stdout


def commit(pre_commit, where, *words):
    """Commit as a user does, through the installed hooks."""
    return pre_commit.offline(where, "git", "commit", "--message", "Change", *words)


@pytest.mark.network
def test_the_environment_is_built_from_the_registry(pre_commit):
    assert pre_commit.built.returncode == 0, (
        pre_commit.built.stdout.decode() + pre_commit.built.stderr.decode()
    )
    assert list(pre_commit.store.rglob("bin/stella")) or list(pre_commit.store.rglob("stella.exe"))


def test_try_repo(pre_commit, tmp_path):
    """``try-repo`` builds an environment of its own each time, here from the packages that were collected."""
    where = repository(tmp_path / "shop", CASES / "stella-budget-check/good/tree")
    shutil.copytree(CASES / "stella-policy-test/good/tree", where, dirs_exist_ok=True)
    for _, path in cases("good"):
        shutil.copy(path, where)
    git(where, "add", ".")
    done = pre_commit.run(where, "try-repo", str(pre_commit.clone), "--all-files")
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.decode().count("Passed") == len(HOOKS) - 1  # stella-attest has a stage of its own
    (where / "more.cdx.json").write_bytes(BAD_BOM)
    git(where, "add", ".")
    done = pre_commit.run(where, "try-repo", str(pre_commit.clone), "stella-sbom-validate", "--all-files")
    assert done.returncode == 1
    assert "more.cdx.json" in done.stdout.decode()


def test_run_on_all_good_files(pre_commit, tmp_path):
    where = repository(tmp_path / "shop")
    for hook, path in cases("good"):
        (where / hook).mkdir(exist_ok=True)
        shutil.copy(path, where / hook)
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config(*ON_FILES))
    git(where, "add", ".")
    done = pre_commit.run(where, "run", "--all-files", "--verbose")
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.decode().count("Passed") == len(ON_FILES)


def test_run_names_every_bad_file(pre_commit, tmp_path):
    where = repository(tmp_path / "shop")
    for hook, path in [*cases("good"), *cases("bad")]:
        (where / hook).mkdir(exist_ok=True)
        shutil.copy(path, where / hook)
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config(*ON_FILES))
    git(where, "add", ".")
    done = pre_commit.run(where, "run", "--all-files")
    assert done.returncode == 1
    printed = done.stdout.decode()
    assert [path.name for _, path in cases("bad") if path.name not in printed] == []


def test_arguments_of_the_user_reach_the_command(pre_commit, tmp_path):
    where = repository(tmp_path / "shop")
    (where / "app.cdx.json").write_bytes(BAD_BOM)
    (where / ".pre-commit-config.yaml").write_text(
        pre_commit.config("stella-sbom-validate", args="[--format, concise, --]")
    )
    git(where, "add", ".")
    done = pre_commit.run(where, "run", "--all-files")
    assert done.returncode == 1
    assert "\napp.cdx.json:16:15: K-enum" in done.stdout.decode()


def test_a_good_commit_passes(pre_commit, shop):
    before = head(shop)
    (shop / "more.cdx.json").write_bytes(GOOD_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop)
    assert done.returncode == 0, done.stdout.decode()
    assert head(shop) != before


def test_a_bad_staged_file_refuses_the_commit(pre_commit, shop):
    before = head(shop)
    (shop / "more.cdx.json").write_bytes(BAD_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop)
    assert done.returncode == 1
    assert "did you mean `library`" in done.stdout.decode()
    assert head(shop) == before


def test_what_is_staged_counts_not_what_lies_in_the_work_tree(pre_commit, shop):
    (shop / "more.cdx.json").write_bytes(GOOD_BOM)
    git(shop, "add", ".")
    (shop / "more.cdx.json").write_bytes(BAD_BOM)
    done = commit(pre_commit, shop)
    assert done.returncode == 0, done.stdout.decode()
    assert (shop / "more.cdx.json").read_bytes() == BAD_BOM
    git(shop, "add", ".")
    (shop / "more.cdx.json").write_bytes(GOOD_BOM)
    assert commit(pre_commit, shop).returncode == 1


def test_commit_a_is_seen_by_the_hooks_on_files(pre_commit, shop):
    before = head(shop)
    (shop / "shop.cdx.json").write_bytes(BAD_BOM)
    assert commit(pre_commit, shop, "--all").returncode == 1
    assert head(shop) == before


def test_commit_a_is_seen_by_the_budget(pre_commit, shop):
    before = head(shop)
    denied = (CASES / "stella-budget-check/bad/tree/findings.json").read_bytes()
    (shop / "findings.json").write_bytes(denied)
    done = commit(pre_commit, shop, "--all")
    assert done.returncode == 1
    assert "findings.critical" in done.stdout.decode()
    assert head(shop) == before


def test_commit_of_one_path_is_judged_by_that_path(pre_commit, shop):
    (shop / "findings.json").write_bytes((CASES / "stella-budget-check/bad/tree/findings.json").read_bytes())
    (shop / "more.cdx.json").write_bytes(GOOD_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop, "--", "more.cdx.json")
    assert done.returncode == 0, done.stdout.decode()
    assert commit(pre_commit, shop, "--", "findings.json").returncode == 1


def test_a_partially_staged_file_is_judged_by_its_staged_part(pre_commit, shop):
    good = GOOD_BOM.replace(b'"8.1.7"', b'"8.1.8"')
    (shop / "shop.cdx.json").write_bytes(good)
    git(shop, "add", "shop.cdx.json")
    (shop / "shop.cdx.json").write_bytes(good.replace(b'"library"', b'"libary"'))
    done = commit(pre_commit, shop)
    assert done.returncode == 0, done.stdout.decode()
    assert git(shop, "show", "HEAD:shop.cdx.json").stdout == good


@pytest.mark.parametrize(
    ("hook", "name"),
    [("stella-evidence-validate", "shop.json"), ("stella-attestation-validate", "attestation.json")],
)
def test_what_sniffs_and_what_looks_inside_judge_what_is_staged(pre_commit, tmp_path, hook, name):
    where = repository(tmp_path / "shop")
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config(hook))
    folder = where / ("it's ünïcode\n$(touch owned) -" if sys.platform != "win32" else "it's ünïcode")
    folder.mkdir()
    good, bad = ((CASES / hook / kind / name).read_bytes() for kind in ("good", "bad"))
    for staged, lying, code in ((good, bad, 0), (bad, good, 1)):
        (folder / name).write_bytes(staged)
        git(where, "add", ".")
        (folder / name).write_bytes(lying)
        done = pre_commit.run(where, "run")
        assert done.returncode == code, done.stdout.decode()
        assert b"Skipped" not in done.stdout
        assert (folder / name).read_bytes() == lying
    assert not list(where.rglob("owned"))


def test_a_policy_is_judged_with_its_set_and_by_its_tests(pre_commit, tmp_path):
    where = repository(tmp_path / "shop", CASES / "stella-policy-test/good/tree")
    (where / ".pre-commit-config.yaml").write_text(
        pre_commit.config("stella-policy-lint", "stella-policy-test")
    )
    policy = where / "policies/packs/own/policy.yaml"
    good = policy.read_text()
    for old, new, failed, said in (
        ("revision: 1", "revision: 2", [], ""),
        ("assert: c.name", "assert: c.nmae", ["lint", "test"], "there is no member nmae"),
        ("c.name != ''", "c.name == ''", ["test"], "FAIL policies/tests/policy.test.yaml"),
        ("id: sbom.named", "id: sbom.other", [], ""),
    ):
        policy.write_text(good.replace(old, new))
        git(where, "add", ".")
        done = pre_commit.run(where, "run")
        printed = done.stdout.decode()
        ended = [
            hook
            for hook in ("lint", "test")
            if "Failed" in next(line for line in printed.splitlines() if line.startswith(hook))
        ]
        assert ended == failed, printed
        assert said in printed
    chosen = where / "policies/policy-set.yaml"
    chosen.write_text(chosen.read_text() + "  modes: {sbom.named: warn}\n")
    git(where, "add", ".")
    git(where, "commit", "--quiet", "--message", "The set is wrong now")
    policy.write_text(good.replace("id: sbom.named", "id: sbom.other").replace("revision: 1", "revision: 2"))
    git(where, "add", ".")
    done = pre_commit.run(where, "run", "stella-policy-lint")
    assert done.returncode == 1
    assert "policies/policy-set.yaml" in done.stdout.decode()  # which is not what changed


def test_a_mended_file_refuses_the_commit_until_it_is_staged(pre_commit, shop):
    before = head(shop)
    (shop / "more.cdx.json").write_bytes(SPELT_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout.decode()
    assert "C010" in done.stdout.decode()
    assert head(shop) == before
    mended = SPELT_BOM.replace(b"pkg:PyPI/Click", b"pkg:pypi/click")
    assert (shop / "more.cdx.json").read_bytes() == mended
    git(shop, "add", ".")
    assert commit(pre_commit, shop).returncode == 0
    assert git(shop, "show", "HEAD:more.cdx.json").stdout == mended


def test_mending_loses_nothing_that_is_not_staged(pre_commit, shop):
    """The line that is mended is another one than the line that is not staged, or the same."""
    for old, new in ((b'"version": "1.0"', b'"version": "1.1"'), (b"Click@8.1.7", b"Click@8.1.8")):
        (shop / "more.cdx.json").write_bytes(SPELT_BOM)
        git(shop, "add", ".")
        (shop / "more.cdx.json").write_bytes(SPELT_BOM.replace(old, new))
        assert commit(pre_commit, shop).returncode == 1
        assert new in (shop / "more.cdx.json").read_bytes()
        assert git(shop, "show", ":more.cdx.json").stdout == SPELT_BOM


def test_two_thousand_files(pre_commit, tmp_path):
    where = repository(tmp_path / "shop")
    for number in range(2000):
        folder = where / f"{number % 40}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.cdx.json").write_bytes(GOOD_BOM)
    (where / "7" / "bad.cdx.json").write_bytes(BAD_BOM)
    (where / "8" / "spelt.cdx.json").write_bytes(SPELT_BOM)
    hooks = ("stella-sbom-fix", "stella-sbom-validate", "stella-evidence-validate")
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config(*hooks))
    git(where, "add", ".")
    done = pre_commit.run(where, "run", "--all-files")
    printed = done.stdout.decode()
    assert done.returncode == 1
    assert printed.count("Failed") == len(hooks)
    assert printed.count(str(Path("7", "bad.cdx.json"))) == len(hooks) - 1  # nobody is certain what it means
    assert printed.count(str(Path("8", "spelt.cdx.json"))) == 1  # it is mended when the others come to it
    assert git(where, "status", "--porcelain").stdout.count(b"\nAM ") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the file system has no such names")
def test_awkward_names_are_mended(pre_commit, tmp_path):
    where = repository(tmp_path / "shop")
    for name in AWKWARD:
        (where / name).write_bytes(SPELT_BOM)
    (where / ".pre-commit-config.yaml").write_text(pre_commit.config("stella-sbom-fix"))
    git(where, "add", ".")
    assert pre_commit.run(where, "run", "--all-files").returncode == 1
    assert [name for name in AWKWARD if b"PyPI" in (where / name).read_bytes()] == []
    assert pre_commit.run(where, "run", "--all-files").returncode == 0
    assert not (where / "owned").exists()
    assert not list(where.glob(".stella-fix-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="the file system has no such names")
def test_awkward_names(pre_commit, shop):
    for name in AWKWARD:
        (shop / name).write_bytes(GOOD_BOM)
        (shop / "deep er").mkdir(exist_ok=True)
        (shop / "deep er" / name).write_bytes(GOOD_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop)
    assert done.returncode == 0, done.stdout.decode()
    assert not (shop / "owned").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the file system has no such names")
@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_does_not_hide_a_problem(pre_commit, shop, name):
    (shop / name).write_bytes(BAD_BOM)
    git(shop, "add", ".")
    done = commit(pre_commit, shop)
    assert done.returncode == 1
    assert "did you mean `library`" in done.stdout.decode()
    assert not (shop / "owned").exists()


def test_attest_says_that_it_skipped_without_a_key(pre_commit, shop):
    (shop / "README").write_text("changed\n")
    done = commit(pre_commit, shop, "--all")
    assert done.returncode == 0
    assert "skipped, this clone has no signing key" in done.stdout.decode()


@pytest.mark.parametrize(("kind", "code"), [("good", 0), ("bad", 1)])
def test_attest_stores_a_verdict_after_the_commit(pre_commit, stella, shop, kind, code):
    assert stella("init", cwd=shop).code == 0
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--no-verify", "--message", "Set up")
    shutil.copytree(CASES / "stella-attest" / kind / "tree", shop, dirs_exist_ok=True)
    (shop / "README").write_text("changed\n")
    before = head(shop)
    done = pre_commit.offline(shop, "git", "commit", "--all", "--no-verify", "--message", "Change")
    assert done.returncode == 0, done.stdout.decode()
    assert head(shop) != before
    assert "stored" in done.stdout.decode()
    assert stella("verify", cwd=shop).code == code
    assert stella("show", cwd=shop).out.count("\naccepted ") == 1


def test_merge_commits_are_checked(pre_commit, shop):
    done = pre_commit.run(shop, "install", "--hook-type", "pre-merge-commit")
    assert done.returncode == 0
    git(shop, "checkout", "--quiet", "-b", "side")
    (shop / "more.cdx.json").write_bytes(BAD_BOM)
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--no-verify", "--message", "Side")
    git(shop, "checkout", "--quiet", "main")
    (shop / "README").write_text("main\n")
    git(shop, "commit", "--quiet", "--no-verify", "--all", "--message", "Main")
    before = head(shop)
    done = pre_commit.offline(shop, "git", "merge", "--no-edit", "side")
    assert done.returncode != 0
    assert "did you mean `library`" in done.stdout.decode()
    assert head(shop) == before
