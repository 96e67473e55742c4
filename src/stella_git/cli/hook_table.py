"""The one table of hooks: ``.pre-commit-hooks.yaml`` and ``docs/how-to/hooks.md`` are generated from it.

A hook is an ordinary command line plus a file filter, never a second code path. The keys are those of the
manifest of pre-commit, except ``needs`` and ``without``: what a hook reads besides the files it is given, and
what it does where that is missing.
"""

# identify knows no tag for .cdx, .vex and the like, so files are chosen by name, not by type.
_SBOM = r"(?i)(^|/)(s?bom|sbom[_-][^/]*|[^/]*[._-]s?bom|[^/]*\.cdx)(\.[^/]+)?\.json$|\.cdx$"
_VEX = r"(?i)(^|/)((open)?vex([.-][^/]*)?|[^/]*[._-](open)?vex)\.json$|\.(open)?vex$"
_VERDICT = r"(?i)(^|/)(verdict|[^/]*[._-]verdict)\.json$"
# The default of `args`: a file name that begins with a dash is no option. Other `args` should end with it.
_FILES_FOLLOW = ("--",)
_COMMIT_STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "manual")

HOOKS: tuple[dict[str, object], ...] = (
    {
        "id": "stella-sbom-validate",
        "name": "validate SBOMs",
        "description": "CycloneDX 1.4 to 1.7: strict JSON, the official schema, dangling references.",
        "entry": "stella sbom validate",
        "args": _FILES_FOLLOW,
        "files": _SBOM,
        "stages": _COMMIT_STAGES,
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-vex-validate",
        "name": "validate VEX documents",
        "description": "OpenVEX 0.2.0 and CycloneDX VEX: strict JSON, the official schema, rules.",
        "entry": "stella vex validate",
        "args": _FILES_FOLLOW,
        "files": _VEX,
        "stages": _COMMIT_STAGES,
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-budget-check",
        "name": "check the risk budget",
        "description": "Check what is staged under the budgets and documents that stella.toml names.",
        "entry": "stella budget check",
        "files": r"(?i)\.(json|ya?ml|toml|cdx|vex)$",
        "pass_filenames": False,
        "stages": _COMMIT_STAGES,
        "needs": "stella.toml, budgets and documents in the index",
        "without": "fails, and says what is missing: stella.toml, a budget or a findings document",
    },
    {
        "id": "stella-verdict-id",
        "name": "recompute verdict ids",
        "description": "Recompute the id of each verdict and compare it with the one the file states.",
        "entry": "stella verdict id --check",
        "args": _FILES_FOLLOW,
        "files": _VERDICT,
        "stages": _COMMIT_STAGES,
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-attest",
        "name": "attest the commit",
        "description": "Decide on the commit just made, sign the verdict and store it as a git note.",
        "entry": "stella attest create --hook",
        "always_run": True,
        "verbose": True,  # what it skipped, and why, must be seen
        "pass_filenames": False,
        "stages": ("post-commit",),
        "needs": "stella.toml, a signing key of this clone",
        "without": "says that it skipped, and exits 0 (add args: [--require] to fail)",
    },
)
