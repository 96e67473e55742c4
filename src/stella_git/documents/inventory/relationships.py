"""Relationships of SPDX, all read in one direction: from the one that needs to what it needs.

SPDX 2.3 writes many of them backwards (``DEPENDENCY_OF``) and the lifecycle in the name
(``DEV_DEPENDENCY_OF``); SPDX 3.0.1 has a scope. Here the direction and the names are those of SPDX 3.0.1, in
lower case with hyphens, but for the four ways of depending, which are ``depends-on`` with a scope.

Source: SPDX 2.3 section 11.1 and Annex K; SPDX 3.0.1, RelationshipType, LifecycleScopeType.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a relationship type is read.

    Args:
        kind: as in ``Link``.
        reverse: whether source and target change places.
        scope: as in ``Link``.
    """

    kind: str
    reverse: bool = False
    scope: str = ""


DEPENDS_ON = "depends-on"
CONTAINS = "contains"
DESCRIBES = "describes"

# What is not listed is read as it stands.
_SPDX2 = {
    "AMENDS": Meaning("amended-by", reverse=True),
    "BUILD_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="build"),
    "BUILD_TOOL_OF": Meaning("uses-tool", reverse=True, scope="build"),
    "CONTAINED_BY": Meaning(CONTAINS, reverse=True),
    "COPY_OF": Meaning("copied-to", reverse=True),
    "DATA_FILE_OF": Meaning("has-data-file", reverse=True),
    "DEPENDENCY_MANIFEST_OF": Meaning("has-dependency-manifest", reverse=True),
    "DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True),
    "DESCENDANT_OF": Meaning("ancestor-of", reverse=True),
    "DESCRIBED_BY": Meaning(DESCRIBES, reverse=True),
    "DEV_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="development"),
    "DEV_TOOL_OF": Meaning("uses-tool", reverse=True, scope="development"),
    "DISTRIBUTION_ARTIFACT": Meaning("has-distribution-artifact"),
    "DOCUMENTATION_OF": Meaning("has-documentation", reverse=True),
    "DYNAMIC_LINK": Meaning("has-dynamic-link"),
    "EXAMPLE_OF": Meaning("has-example", reverse=True),
    "EXPANDED_FROM_ARCHIVE": Meaning("expands-to", reverse=True),
    "FILE_ADDED": Meaning("has-added-file", reverse=True),
    "FILE_DELETED": Meaning("has-deleted-file", reverse=True),
    "FILE_MODIFIED": Meaning("modified-by", reverse=True),
    "GENERATED_FROM": Meaning("generates", reverse=True),
    "METAFILE_OF": Meaning("has-metadata", reverse=True),
    "OPTIONAL_COMPONENT_OF": Meaning("has-optional-component", reverse=True),
    "OPTIONAL_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="optional"),
    "PACKAGE_OF": Meaning(CONTAINS, reverse=True),
    "PATCH_APPLIED": Meaning("patched-by", reverse=True),
    "PATCH_FOR": Meaning("patched-by", reverse=True),
    "PREREQUISITE_FOR": Meaning("has-prerequisite", reverse=True),
    "PROVIDED_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="provided"),
    "REQUIREMENT_DESCRIPTION_FOR": Meaning("has-requirement", reverse=True),
    "RUNTIME_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="runtime"),
    "SPECIFICATION_FOR": Meaning("has-specification", reverse=True),
    "STATIC_LINK": Meaning("has-static-link"),
    "TEST_CASE_OF": Meaning("has-test-case", reverse=True),
    "TEST_DEPENDENCY_OF": Meaning(DEPENDS_ON, reverse=True, scope="test"),
    "TEST_OF": Meaning("has-test", reverse=True),
    "TEST_TOOL_OF": Meaning("uses-tool", reverse=True, scope="test"),
    "VARIANT_OF": Meaning("has-variant", reverse=True),
}
_SPDX3 = {
    "descendantOf": Meaning("ancestor-of", reverse=True),
    "hasOptionalDependency": Meaning(DEPENDS_ON, scope="optional"),
    "hasProvidedDependency": Meaning(DEPENDS_ON, scope="provided"),
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def spdx2(name: str) -> Meaning:
    """Return how a relationship type of SPDX 2.3 is read."""
    return _SPDX2.get(name) or Meaning(name.lower().replace("_", "-"))


def spdx3(name: str, scope: str = "") -> Meaning:
    """Return how a relationship type of SPDX 3.0.1 is read.

    Args:
        name: such as ``dependsOn``.
        scope: of a LifecycleScopedRelationship.
    """
    known = _SPDX3.get(name)
    if known is None:
        return Meaning(hyphenated(name), scope=scope)
    return Meaning(known.kind, known.reverse, scope or known.scope)


def hyphenated(name: str) -> str:
    """Return ``operatingSystem`` and ``OPERATING_SYSTEM`` as ``operating-system``."""
    return (name if name.isupper() else _HUMP.sub("-", name)).replace("_", "-").lower()
