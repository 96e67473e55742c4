"""File names that are claimed: what is called like a document has to be one.

They choose what a hook is given, and where the documents beside one are looked for. What a file *is* is read
from its content.
"""

import re

# identify knows no tag for .cdx, .vex and the like, so files are chosen by name, not by type.
SBOM = r"(?i)(^|/)(s?bom|sbom[_-][^/]*|[^/]*[._-]s?bom|[^/]*\.(cdx|spdx3?))(\.[^/]+)?\.json$|\.(cdx|spdx)$"
VEX = (
    r"(?i)(^|/)((open)?vex([.-][^/]*)?|csaf([._-][^/]*)?|[^/]*[._-](open)?vex|[^/]*[._-]csaf)\.json$"
    r"|\.(open)?vex$"
)
ATTESTATION = (
    r"(?i)(^|/)(attestation|provenance|[^/]*[._-](attestation|provenance|intoto|dsse|sigstore))\.jsonl?$"
    r"|\.(dsse|sigstore|intoto|link)$|\.intoto\.jsonl?$|\.(sigstore|bundle)\.json$"
)
VERDICT = r"(?i)(^|/)(verdict|[^/]*[._-]verdict)\.json$"
POLICY = r"(?i)(^|/)policies/.+\.ya?ml$|(^|/)policy-set\.ya?ml$|[._-](policy|waiver)\.ya?ml$"
SARIF = r"(?i)\.sarif(\.json)?$"
# Everything that may be a document, by a name that says so or by one that any JSON file has.
EVIDENCE = r"(?i)\.(json|jsonl|ya?ml|cdx|spdx|vex|openvex|dsse|sigstore|intoto|sarif)$"


def claimed(path: str) -> bool:
    """Return whether a file of this name has to be a document that we know.

    Args:
        path: with forward slashes.
    """
    return any(re.search(pattern, path) for pattern in (SBOM, VEX, ATTESTATION, SARIF))


def may_be_counterpart(path: str) -> bool:
    """Return whether a file of this name may be an SBOM or a VEX document."""
    return re.search(SBOM, path) is not None or re.search(VEX, path) is not None
