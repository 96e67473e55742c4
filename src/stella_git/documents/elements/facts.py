"""What can be known of a document and of a component: the words that a profile speaks in.

A fact has values, all of them strings. Where each format says it is written beside it: the pages are made
from this table; ``index`` reads the values.
"""

from dataclasses import dataclass

PROPERTY = "property:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that can be known.

    Args:
        what: the values, in words.
        cyclonedx: the member of CycloneDX 1.4 to 1.7 that says it.
        spdx2: the member of SPDX 2.3.
        spdx3: the property of SPDX 3.0.1.
    """

    what: str
    cyclonedx: str
    spdx2: str
    spdx3: str


_LICENCE_LINK = "relationship of type `{}`"

DOCUMENT: dict[str, Fact] = {
    "author-contacts": Fact(
        what="e-mail addresses and URLs of who made the document",
        cyclonedx="`metadata.authors[].email`, `metadata.manufacturer` (`url`, `contact[].email`)",
        spdx2="address in brackets in `creationInfo.creators`",
        spdx3="`externalIdentifier` of the agents in `createdBy`",
    ),
    "authors": Fact(
        what="names of persons and organisations that made the document; tools do not count",
        cyclonedx="`metadata.authors`, `metadata.manufacturer`",
        spdx2="`creationInfo.creators`: `Person:`, `Organization:`",
        spdx3="`createdBy`",
    ),
    "data-licence": Fact(
        what="the licence of the document itself",
        cyclonedx="`metadata.licenses`",
        spdx2="`dataLicense`",
        spdx3="`dataLicense`",
    ),
    "identifier": Fact(
        what="an identifier of the document",
        cyclonedx="`serialNumber`",
        spdx2="`documentNamespace`",
        spdx3="`spdxId` of the document",
    ),
    "lifecycles": Fact(
        what="phases of the life of the software in which the document was made",
        cyclonedx="`metadata.lifecycles`",
        spdx2="(no field)",
        spdx3="`software_sbomType`",
    ),
    "root": Fact(
        what="the name of the component that the document is about",
        cyclonedx="`metadata.component`",
        spdx2="`documentDescribes`, relationship `DESCRIBES`",
        spdx3="`rootElement`",
    ),
    "timestamp": Fact(
        what="when the document was made",
        cyclonedx="`metadata.timestamp`",
        spdx2="`creationInfo.created`",
        spdx3="`created`",
    ),
    "tools": Fact(
        what="tools that made the document, with their versions",
        cyclonedx="`metadata.tools`",
        spdx2="`creationInfo.creators`: `Tool:`",
        spdx3="`createdUsing`",
    ),
}

COMPONENT: dict[str, Fact] = {
    "completeness": Fact(
        what="whether its relationships are said to be all there are: `complete`, `incomplete`, ...",
        cyclonedx="`compositions`",
        spdx2="relationship `DEPENDS_ON` to `NONE` or `NOASSERTION`; (no field where there are dependencies)",
        spdx3="`completeness` of its `dependsOn` and `contains`",
    ),
    "concluded": Fact(
        what="licences that the author of the document concluded",
        cyclonedx="`licenses` with `acknowledgement` `concluded`",
        spdx2="`licenseConcluded`",
        spdx3=_LICENCE_LINK.format("hasConcludedLicense"),
    ),
    "contacts": Fact(
        what="e-mail addresses and URLs of its supplier and producers",
        cyclonedx="`supplier`, `manufacturer` (`url`, `contact[].email`), `authors[].email`",
        spdx2="address in brackets in `supplier`, `originator`",
        spdx3="`externalIdentifier` of the agents in `suppliedBy`, `originatedBy`",
    ),
    "copyright": Fact(
        what="its copyright notice",
        cyclonedx="`copyright`",
        spdx2="`copyrightText`",
        spdx3="`software_copyrightText`",
    ),
    "cpes": Fact(
        what="CPE names",
        cyclonedx="`cpe`",
        spdx2="`externalRefs` of type `cpe22Type`, `cpe23Type`",
        spdx3="`externalIdentifier` of type `cpe22`, `cpe23`",
    ),
    "declared": Fact(
        what="licences that its producer declares",
        cyclonedx="`licenses`, but for those with `acknowledgement` `concluded`",
        spdx2="`licenseDeclared`",
        spdx3=_LICENCE_LINK.format("hasDeclaredLicense"),
    ),
    "download": Fact(
        what="where it can be had",
        cyclonedx="`externalReferences` of type `distribution`",
        spdx2="`downloadLocation`",
        spdx3="`software_downloadLocation`",
    ),
    "filename": Fact(
        what="the name of the file that it is distributed as",
        cyclonedx="property `bsi:component:filename`",
        spdx2="`packageFileName`",
        spdx3="`name` of the file that it `hasDistributionArtifact`",
    ),
    "hashes": Fact(
        what="algorithms of its hashes, such as `sha512`",
        cyclonedx="`hashes`, and those of `externalReferences` of type `distribution`",
        spdx2="`checksums`",
        spdx3="`verifiedUsing`, its own and that of the file that it `hasDistributionArtifact`",
    ),
    "identifiers": Fact(
        what="other unique identifiers: SWID tags, SWHID, gitoid",
        cyclonedx="`swid`, `swhid`, `omniborId`",
        spdx2="`externalRefs` of type `swid`, `swh`, `gitoid`",
        spdx3="`externalIdentifier` of other types",
    ),
    "name": Fact(what="its name", cyclonedx="`name`", spdx2="`name`", spdx3="`name`"),
    "producers": Fact(
        what="names of who made it",
        cyclonedx="`manufacturer`, `authors`, `author`, `publisher`",
        spdx2="`originator`",
        spdx3="`originatedBy`",
    ),
    "purl": Fact(
        what="its package URL",
        cyclonedx="`purl`",
        spdx2="`externalRefs` of type `purl`",
        spdx3="`software_packageUrl`, `externalIdentifier` of type `packageUrl`",
    ),
    "relationships": Fact(
        what="kinds of relationships that it is at either end of; a component that is alone needs none",
        cyclonedx="`dependencies`, nested `components`",
        spdx2="`relationships`",
        spdx3="`Relationship` elements",
    ),
    "security-txt": Fact(
        what="the address of the security.txt of who made it",
        cyclonedx="`externalReferences` of type `rfc-9116`",
        spdx2="(no field)",
        spdx3="`externalRef` of type `securityOther`",
    ),
    "source": Fact(
        what="where its source is",
        cyclonedx="`externalReferences` of type `source-distribution`, `vcs`",
        spdx2="VCS address in `downloadLocation`",
        spdx3="`externalRef` of type `sourceArtifact`, `vcs`",
    ),
    "source-hashes": Fact(
        what="algorithms of the hashes of its source",
        cyclonedx="`hashes` of `externalReferences` of type `source-distribution`",
        spdx2="(no field)",
        spdx3="(not read)",
    ),
    "supplier": Fact(
        what="the name of who distributes it",
        cyclonedx="`supplier`",
        spdx2="`supplier`",
        spdx3="`suppliedBy`",
    ),
    "version": Fact(
        what="its version", cyclonedx="`version`", spdx2="`versionInfo`", spdx3="`software_packageVersion`"
    ),
}
