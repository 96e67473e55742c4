"""Which format a document is: told by its content, never by its name."""

import re
from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.documents.problems import clip

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# What we validate today; a version that is not listed is recognised, named and refused.
SUPPORTED: dict[str, tuple[str, ...]] = {
    "budget-check": ("",),
    "csaf": ("2.0", "2.1"),
    "cyclonedx": ("1.4", "1.5", "1.6", "1.7"),
    "dsse": ("",),
    "findings": ("stella.ops/v1",),
    "in-toto": ("v0.1", "v1"),
    "openvex": ("0.2.0",),
    "sigstore-bundle": ("0.1", "0.2", "0.3"),
    "sarif": ("2.1.0",),
    "spdx": ("2.3", "3.0.1"),
    "stella": (
        "policy.stella.ops/v1 Budget",
        "stella.ops/v1 Budget",
        "stella.ops/v1 DocumentRules",
        "stella.ops/v1 MinimumElements",
        "stella.ops/v1 Policy",
        "stella.ops/v1 PolicyLock",
        "stella.ops/v1 PolicySet",
        "stella.ops/v1 Test",
        "stella.ops/v1 Trust",
        "stella.ops/v1 Waiver",
    ),
    "verdict": ("",),
}

# What documents of a kind can serve as.
ROLES: dict[str, frozenset[str]] = {
    "budget-check": frozenset({"attestation"}),
    "csaf": frozenset({"vex"}),
    "cyclonedx": frozenset({"findings", "sbom", "vex"}),
    "dsse": frozenset({"attestation"}),
    "findings": frozenset({"findings"}),
    "in-toto": frozenset({"attestation"}),
    "openvex": frozenset({"vex"}),
    "sigstore-bundle": frozenset({"attestation"}),
    "spdx": frozenset({"sbom", "vex"}),
    "verdict": frozenset({"attestation"}),
}
ATTESTATIONS = frozenset(kind for kind, roles in ROLES.items() if "attestation" in roles)

TITLES: dict[str, str] = {
    "budget-check": "budget check",
    "csaf": "CSAF",
    "cyclonedx": "CycloneDX",
    "dsse": "DSSE envelope",
    "findings": "stella findings",
    "grype": "Grype report",
    "in-toto": "in-toto statement",
    "openvex": "OpenVEX",
    "osv-scanner": "OSV-Scanner report",
    "sarif": "SARIF",
    "sigstore-bundle": "Sigstore bundle",
    "spdx": "SPDX",
    "stella": "stella document",
    "verdict": "verdict",
    "trivy": "Trivy report",
    "vulns": "in-toto vulns predicate",
}

# What scanners write: read by `stella findings`, validated by nobody.
REPORTS = frozenset({"grype", "osv-scanner", "trivy", "vulns"})

_VERSION_SHOWN = 40

_OPENVEX = "https://openvex.dev/ns"
_SPDX3 = "spdx.org/rdf/"
_MARKS = (
    b"CycloneDX", b"bomFormat", b"specVersion", b"openvex.dev/", b"spdx", b"SPDX", b"csaf_version", b"sarif",
    b"in-toto.io/Statement", b"payloadType", b"dev.sigstore.bundle", b"stella.ops/", b"verdictId", b"checkId",
    b"cyclonedx.org/schema/bom", b'"runs"',
)  # fmt: skip


@record(frozen=True, slots=True, kw_only=True)
class Format:
    """What a document says it is.

    Args:
        kind: a key of ``TITLES``.
        version: as the document writes it; "" when it does not say.
        roles: what it can serve as: "sbom", "vex", "findings".
    """

    kind: str
    version: str
    roles: frozenset[str] = frozenset()

    @property
    def supported(self) -> bool:
        """Return whether this version of this format is validated here."""
        return self.version in SUPPORTED.get(self.kind, ())

    @property
    def title(self) -> str:
        """Return the name for messages, such as ``CycloneDX 1.6``."""
        return f"{TITLES[self.kind]} {clip(self.version, _VERSION_SHOWN)}".rstrip()

    @property
    def family(self) -> str:
        """Return what rules and readers are filed under: the kind; SPDX 2 and 3 share only a name."""
        return f"spdx{self.version[:1]}" if self.kind == "spdx" else self.kind

    def serves(self, expected: frozenset[str]) -> bool:
        """Return whether the kind or one of the roles is expected."""
        return self.kind in expected or not self.roles.isdisjoint(expected)


def may_be_document(data: bytes) -> bool:
    """Return False only if ``data`` cannot be of any format that we validate; cheap.

    Args:
        data: what should be UTF-8 bytes.
    """
    plain = unescaped(data)
    return any(mark in plain for mark in _MARKS)


_ESCAPE = re.compile(rb"\\(?:u00|x)([0-7][0-9A-Fa-f])")


def unescaped(data: bytes) -> bytes:
    """Return bytes in which marks can be looked for, however JSON or YAML writes them: they are ASCII.

    Source: RFC 8259 section 7 (any character can be escaped, ``/`` in a second way); YAML 1.2.2 section 5.7.
    """
    if b"\x00" in data:
        data = data.replace(b"\x00", b"")  # UTF-16 and UTF-32, which are refused, but not passed over
    if b"\\" not in data:
        return data
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), data.replace(b"\\/", b"/"))


_STRONG = (
    b'"bomFormat"', b'"specVersion"', b'"spdxVersion"', b'"csaf_version"', b"openvex.dev/ns",
    b'"payloadType"', b"in-toto.io/Statement/", b"dev.sigstore.bundle", b"spdx.org/rdf/3", b"stella.ops/v",
    b'"verdictId"', b"/sarif-2", b"/sarif-schema-2", b"cyclonedx.org/schema/bom",
)  # fmt: skip


def recognised(data: bytes) -> bool:
    """Return whether bytes are a document of a known format, or a broken one.

    What is not strict JSON cannot be detected; it counts if it has a mark that nothing else would have.
    """
    from stella_git.canon.reader import parse_json
    from stella_git.errors import InputError

    try:
        found = detect(parse_json(data, limit=len(data)))
    except InputError:
        plain = unescaped(data)
        return any(mark in plain for mark in _STRONG)
    return found is not None and found.kind not in REPORTS


def detect(value: "Json") -> Format | None:
    """Return the format of a parsed document, or None if it is of no known format."""
    if not isinstance(value, dict):
        return None
    for probe in (_cyclonedx, _openvex, _spdx, _csaf, _stella, _attestation, _sarif, _scanner):
        found = probe(value)
        if found is not None:
            return found
    return None


def _text(value: "Json") -> str:
    return value if isinstance(value, str) else ""


def _contexts(value: dict[str, "Json"]) -> list[str]:
    context = value.get("@context")
    return [_text(item) for item in context] if isinstance(context, list) else [_text(context)]


def _cyclonedx(value: dict[str, "Json"]) -> Format | None:
    if not (
        "bomFormat" in value
        or ("specVersion" in value and _spdx(value) is None)  # CreationInfo of SPDX 3 has one too
        or "cyclonedx.org/schema/bom" in _text(value.get("$schema"))
    ):
        return None
    roles = {"sbom"}
    if "vulnerabilities" in value:
        roles |= {"vex", "findings"}
    return Format(kind="cyclonedx", version=_text(value.get("specVersion")), roles=frozenset(roles))


def _openvex(value: dict[str, "Json"]) -> Format | None:
    for context in _contexts(value):
        if context == _OPENVEX or context.startswith(_OPENVEX + "/"):
            # The first published version had no number in its context.
            version = context.removeprefix(_OPENVEX).strip("/").removeprefix("v") or "0.0.1"
            return Format(kind="openvex", version=version, roles=frozenset({"vex"}))
    return None


def _spdx(value: dict[str, "Json"]) -> Format | None:
    if "spdxVersion" in value:
        version = _text(value["spdxVersion"]).removeprefix("SPDX-")
        return Format(kind="spdx", version=version, roles=frozenset({"sbom"}))
    for context in _contexts(value):
        _, mark, rest = context.partition(_SPDX3)
        if mark:
            roles = {"sbom", "vex"} if _assesses(value.get("@graph")) else {"sbom"}
            return Format(kind="spdx", version=rest.partition("/")[0], roles=frozenset(roles))
    return None


def _assesses(graph: "Json") -> bool:
    """Return whether a graph of SPDX 3 says what a vulnerability means for a product."""
    return isinstance(graph, list) and any(
        isinstance(item, dict) and _text(item.get("type")).startswith("security_Vex") for item in graph
    )


def _csaf(value: dict[str, "Json"]) -> Format | None:
    document = value.get("document")
    if not isinstance(document, dict) or "csaf_version" not in document:
        return None
    # A document of another profile has another end, even if it says what is affected.
    roles = frozenset({"vex"} if document.get("category") == "csaf_vex" else ())
    return Format(kind="csaf", version=_text(document["csaf_version"]), roles=roles)


def _stella(value: dict[str, "Json"]) -> Format | None:
    version = _text(value.get("apiVersion"))
    if not version.startswith(("stella.ops/", "policy.stella.ops/")):
        return None
    if value.get("kind") == "Findings":
        return Format(kind="findings", version=version, roles=frozenset({"findings"}))
    return Format(kind="stella", version=" ".join(filter(None, (version, _text(value.get("kind"))))))


def _attestation(value: dict[str, "Json"]) -> Format | None:
    role = frozenset({"attestation"})
    statement, _, version = _text(value.get("_type")).partition("/Statement/")
    if statement == "https://in-toto.io":
        return Format(kind="in-toto", version=version, roles=role)
    if "payloadType" in value and "payload" in value:
        return Format(kind="dsse", version="", roles=role)
    media = _text(value.get("mediaType"))
    if media.startswith(_BUNDLE):
        rest = media.removeprefix(_BUNDLE).removeprefix("+json;version=").removesuffix("+json")
        return Format(kind="sigstore-bundle", version=rest.removeprefix(".v"), roles=role)
    for kind, names in _RECORDS.items():
        if names <= value.keys():
            return Format(kind=kind, version="", roles=role)
    return None


_BUNDLE = "application/vnd.dev.sigstore.bundle"
# Predicates of ours that also stand alone in files.
_RECORDS = {"budget-check": {"checkId", "check"}, "verdict": {"verdictId", "verdict", "binding"}}


def _sarif(value: dict[str, "Json"]) -> Format | None:
    if "runs" in value and ("version" in value or "sarif" in _text(value.get("$schema"))):
        return Format(kind="sarif", version=_text(value.get("version")))
    return None


# Other members of the report of OSV-Scanner, which has no mark of its own: every finding is in `results`.
_OSV = frozenset({"results", "experimental_config", "image_metadata", "license_summary"})


def _scanner(value: dict[str, "Json"]) -> Format | None:
    """Return the format of a report that has no schema of its own: told by the members that only it has."""
    descriptor, results = value.get("descriptor"), value.get("results")
    if "matches" in value and any(
        isinstance(value.get(name), dict) for name in ("descriptor", "source", "distro")
    ):
        version = descriptor.get("version") if isinstance(descriptor, dict) else None
        return Format(kind="grype", version=_text(version))
    if "SchemaVersion" in value and ("Results" in value or "ArtifactName" in value):
        version = value["SchemaVersion"]
        return Format(kind="trivy", version=str(version) if isinstance(version, int) else _text(version))
    if isinstance(results, list) and (
        value.keys() <= _OSV or any(isinstance(each, dict) and "packages" in each for each in results)
    ):
        return Format(kind="osv-scanner", version="")
    if isinstance(value.get("scanner"), dict) and "metadata" in value:
        return Format(kind="vulns", version="")
    return None
