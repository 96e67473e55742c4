"""The official schemas, found by their ids in a table and nowhere else.

A reference is looked up here, so no document and no schema can make this process open a connection.
"""

from functools import cache
from typing import TYPE_CHECKING

from stella_git.errors import DefectError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

    Schema = dict[str, Json]

_CYCLONEDX = "http://cyclonedx.org/schema/"
_OPENVEX = "https://github.com/openvex/spec/"
_CSAF = "https://docs.oasis-open.org/csaf/csaf/"
_FIRST = "https://www.first.org/cvss/"
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SSVC = "https://certcc.github.io/SSVC/data/schema/v2/"
_SPDX2 = "http://spdx.org/rdf/terms/2.3"
_STELLA = "https://stella.ops/schemas/"

# Version of CVSS -> (schema id, dialect).
CVSS: dict[str, tuple[str, str]] = {
    version: (f"{_FIRST}cvss-v{version}.json", dialect)
    for version, dialect in (
        ("2.0", "draft-04"),
        ("3.0", "draft-04"),
        ("3.1", "draft-07"),
        ("4.0", "2020-12"),
    )
}

# Schema id -> file under schemas/. Only what is listed can be referred to.
FILES: dict[str, str] = {
    **{
        f"{_CYCLONEDX}{name}.schema.json": f"cyclonedx/{name}.schema.json"
        for name in (
            "bom-1.4",
            "bom-1.5",
            "bom-1.6",
            "bom-1.7",
            "cryptography-defs",
            "jsf-0.82",
            "spdx",
        )
    },
    f"{_OPENVEX}openvex_json_schema_0.2.0.json": "openvex/openvex_json_schema_0.2.0.json",
    f"{_CSAF}v2.0/csaf_json_schema.json": "csaf/csaf-2.0.json",
    f"{_CSAF}v2.1/schema/csaf.json": "csaf/csaf-2.1.json",
    f"{_CSAF}v2.1/schema/meta.json": "csaf/csaf-2.1-meta.json",
    f"{_CSAF}v2.1/schema/extension-content.json": "csaf/csaf-2.1-extension-content.json",
    f"{_CSAF}v2.1/schema/extension-metaschema.json": "csaf/csaf-2.1-extension-metaschema.json",
    **{identifier: f"csaf/cvss-v{version}.json" for version, (identifier, _) in CVSS.items()},
    f"{_FIRST}meta.json": "csaf/cvss-meta.json",
    f"{_SSVC}SelectionList_2_0_0.schema.json": "csaf/SelectionList_2_0_0.schema.json",
    _SARIF: "sarif/sarif-schema-2.1.0.json",
    _SPDX2: "spdx/spdx-2.3.schema.json",
    # Accepts what the official schema of 3.0.1 accepts: see the README beside it.
    f"{_STELLA}spdx-3.0.1-lowered.json": "spdx/derived/spdx-3.0.1-lowered.json",
    **{
        f"{_STELLA}{name}.v1.schema.json": f"stella/{name}.v1.schema.json"
        for name in (
            "budget",
            "budget-check",
            "document-rules",
            "dsse-envelope",
            "findings",
            "in-toto-statement",
            "minimum-elements",
            "policy",
            "policy-lock",
            "policy-set",
            "policy-test",
            "trust",
            "verdict",
            "verdict-predicate",
            "waiver",
        )
    },
}

# (kind, version) of detect.SUPPORTED -> (schema id, dialect).
ROOTS: dict[tuple[str, str], tuple[str, str]] = {
    **{
        ("cyclonedx", version): (f"{_CYCLONEDX}bom-{version}.schema.json", "draft-07")
        for version in ("1.4", "1.5", "1.6", "1.7")
    },
    ("csaf", "2.0"): (f"{_CSAF}v2.0/csaf_json_schema.json", "2020-12"),
    ("csaf", "2.1"): (f"{_CSAF}v2.1/schema/csaf.json", "2020-12"),
    ("sarif", "2.1.0"): (_SARIF, "draft-04"),
    ("openvex", "0.2.0"): (f"{_OPENVEX}openvex_json_schema_0.2.0.json", "2020-12"),
    ("spdx", "2.3"): (_SPDX2, "draft-07"),
    ("spdx", "3.0.1"): (f"{_STELLA}spdx-3.0.1-lowered.json", "2020-12"),
    **{
        key: (f"{_STELLA}{name}.v1.schema.json", "2020-12")
        for key, name in (
            (("budget-check", ""), "budget-check"),
            (("dsse", ""), "dsse-envelope"),
            (("findings", "stella.ops/v1"), "findings"),
            (("in-toto", "v0.1"), "in-toto-statement"),
            (("in-toto", "v1"), "in-toto-statement"),
            (("stella", "policy.stella.ops/v1 Budget"), "budget"),
            (("stella", "stella.ops/v1 Budget"), "budget"),
            (("stella", "stella.ops/v1 DocumentRules"), "document-rules"),
            (("stella", "stella.ops/v1 MinimumElements"), "minimum-elements"),
            (("stella", "stella.ops/v1 Policy"), "policy"),
            (("stella", "stella.ops/v1 PolicyLock"), "policy-lock"),
            (("stella", "stella.ops/v1 PolicySet"), "policy-set"),
            (("stella", "stella.ops/v1 Test"), "policy-test"),
            (("stella", "stella.ops/v1 Trust"), "trust"),
            (("stella", "stella.ops/v1 Waiver"), "waiver"),
            (("verdict", ""), "verdict-predicate"),
        )
    },
}


@cache
def load(identifier: str) -> "Schema":
    """Return the schema with this id, its references made absolute.

    Args:
        identifier: a key of ``FILES``.

    Raises:
        DefectError: ``schema-unknown`` if the id is not in the table.
    """
    from stella_git import resources
    from stella_git.canon.reader import parse_shipped

    if identifier not in FILES:
        raise DefectError(f"a schema refers to {identifier}, which is not shipped", code="schema-unknown")
    schema = parse_shipped(resources.schema(FILES[identifier]))
    if not isinstance(schema, dict):
        raise DefectError(f"{FILES[identifier]} is not a schema", code="schema-unknown")
    # Our engine decides the dialect; left in place, these two would switch jsonschema to a stock validator.
    schema.pop("$schema", None)
    schema.pop("$id", None)
    schema.pop("id", None)
    _make_absolute(schema, identifier)
    return schema


def _make_absolute(schema: "Json", base: str) -> None:
    """Rewrite every ``$ref`` to a full URI, in place (RFC 3986 section 5, for the shapes that occur)."""
    pending: list[Json] = [schema]
    folder = base.rpartition("/")[0] + "/"
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            ref = item.get("$ref")
            if isinstance(ref, str):
                item["$ref"] = base + ref if ref.startswith("#") else _join(folder, ref)
            pending.extend(item.values())


def _join(folder: str, ref: str) -> str:
    return ref if "://" in ref else folder + ref


@cache
def resolve(ref: str) -> "Schema":
    """Return the schema that an absolute reference names.

    Raises:
        DefectError: ``schema-unknown`` if nothing is there.
    """
    identifier, _, fragment = ref.partition("#")
    found: Json = load(identifier)
    for token in fragment.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            raise DefectError(f"a schema refers to {ref}, where nothing is", code="schema-unknown")
        found = found[name]
    if not isinstance(found, dict):
        raise DefectError(f"a schema refers to {ref}, which is no schema", code="schema-unknown")
    return found
