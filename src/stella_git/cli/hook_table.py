"""The one table of hooks: ``.pre-commit-hooks.yaml`` and ``docs/how-to/hooks.md`` are generated from it.

A hook is an ordinary command line plus a file filter, never a second code path. The keys are those of the
manifest of pre-commit, except ``needs`` and ``without``: what a hook reads besides the files it is given, and
what it does where that is missing.
"""

from stella_git.documents.names import ATTESTATION, EVIDENCE, POLICY, SBOM, VERDICT, VEX

# The default of `args`: a file name that begins with a dash is no option. Other `args` should end with it.
_FILES_FOLLOW = ("--",)
_COMMIT_STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "manual")

HOOKS: tuple[dict[str, object], ...] = (
    {
        "id": "stella-sbom-validate",
        "name": "validate SBOMs",
        "description": "CycloneDX and SPDX: strict JSON, official schemas, rules, what changed since HEAD.",
        "entry": "stella sbom validate",
        "args": _FILES_FOLLOW,
        "files": SBOM,
        "stages": _COMMIT_STAGES,
        "needs": "the files; history and the documents staged beside them, if there are any",
        "without": "rules that compare are silent",
    },
    {
        "id": "stella-sbom-fix",
        "name": "mend SBOMs",
        "description": "Spelling of purls, licences and listed values, form of timestamps; no other byte.",
        "entry": "stella sbom fix",
        "args": _FILES_FOLLOW,
        "files": SBOM,
        "stages": ("pre-commit", "pre-merge-commit", "manual"),  # before a push there is nothing to stage
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-vex-fix",
        "name": "mend VEX documents",
        "description": "Spelling of purls and of labels, form of timestamps; no other byte, no @id.",
        "entry": "stella vex fix",
        "args": _FILES_FOLLOW,
        "files": VEX,
        "stages": ("pre-commit", "pre-merge-commit", "manual"),
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-vex-validate",
        "name": "validate VEX documents",
        "description": "OpenVEX, CSAF, CycloneDX: official schemas, rules, the SBOMs staged beside.",
        "entry": "stella vex validate",
        "args": _FILES_FOLLOW,
        "files": VEX,
        "stages": _COMMIT_STAGES,
        "needs": "the files; history and the documents staged beside them, if there are any",
        "without": "rules that compare are silent",
    },
    {
        "id": "stella-attestation-validate",
        "name": "validate attestations",
        "description": "Statements, envelopes, bundles, and what is inside; not their signatures.",
        "entry": "stella attestation validate",
        "args": _FILES_FOLLOW,
        "files": ATTESTATION,
        "stages": _COMMIT_STAGES,
        "needs": "the files",
        "without": "pre-commit does not run it",
    },
    {
        "id": "stella-evidence-validate",
        "name": "validate evidence",
        "description": "Whatever is, by its content, an SBOM, VEX, attestation or policy file.",
        "entry": "stella evidence validate",
        "args": _FILES_FOLLOW,
        "files": EVIDENCE,
        "stages": _COMMIT_STAGES,
        "needs": "the files; history and the documents staged beside them, if there are any",
        "without": "passes over files that are no documents; rules that compare are silent",
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
        "id": "stella-policy-lint",
        "name": "lint policies",
        "description": "Policies, policy sets, waivers, tests of policies: schemas, expressions, names.",
        "entry": "stella policy lint",
        "args": _FILES_FOLLOW,
        "files": POLICY,
        "stages": _COMMIT_STAGES,
        "needs": "the files, and their whole policy set: all below the nearest policy-set.yaml above",
        "without": "judges the files that it is given alone",
    },
    {
        "id": "stella-policy-test",
        "name": "test policies",
        "description": "Every case of every test; each rule has to pass in one and to fire in another.",
        "entry": "stella policy test",
        "files": r"(?i)(^|/)policies/(packs|tests)/",
        "pass_filenames": False,
        "stages": _COMMIT_STAGES,
        "needs": "all policies and tests in policies/",
        "without": "fails, and says which rule of which policy no case tries",
    },
    {
        "id": "stella-verdict-id",
        "name": "recompute verdict ids",
        "description": "Recompute the id of each verdict and compare it with the one the file states.",
        "entry": "stella verdict id --check",
        "args": _FILES_FOLLOW,
        "files": VERDICT,
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
