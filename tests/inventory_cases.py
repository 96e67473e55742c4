"""One abstract inventory, and writers of it in every format: CycloneDX 1.4 to 1.7, SPDX 2.3 and 3.0.1.

A writer takes a ``random.Random``: what the order, the refs and the spelling are, must not matter.
"""

import copy
import dataclasses
import json
from dataclasses import dataclass, field

from hypothesis import strategies as st

from stella_git.documents.detect import detect
from stella_git.documents.inventory import digest, read

CYCLONEDX = ("1.4", "1.5", "1.6", "1.7")
HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "sha3_256": 64, "blake2b256": 64}
CYCLONEDX_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
CYCLONEDX_HASHES |= {"sha3_256": "SHA3-256", "blake2b256": "BLAKE2b-256"}
SPDX2_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "sha512": "SHA512"}
SPDX2_HASHES |= {"sha3_256": "SHA3-256", "blake2b256": "BLAKE2b-256"}
CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"


@dataclass(frozen=True)
class Thing:
    """A part: either a package, or (``file``) a file, which has no version and always a SHA-1."""

    name: str
    group: str = ""
    version: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: dict = field(default_factory=dict)
    licences: tuple = ()
    file: bool = False

    @property
    def full_name(self):
        return f"{self.group}/{self.name}" if self.group else self.name


@dataclass(frozen=True)
class World:
    """Things, the first of which is the root; ``parents[i]`` contains thing i; ``needs`` are (from, to)."""

    things: tuple
    parents: dict = field(default_factory=dict)
    needs: frozenset = frozenset()

    def change(self, index, **members):
        things = list(self.things)
        things[index] = dataclasses.replace(things[index], **members)
        return dataclasses.replace(self, things=tuple(things))


WORDS = st.sampled_from(["left-pad", "a", "b", "Über", "x y", "log4j", "%", "@scope", "a/b"])
VERSIONS = st.sampled_from(["", "1", "1.0.0", "2.0.0-rc.1", "v3", "1:2-3+b1", "1@2 3"])
LISTS = st.one_of(
    st.lists(st.sampled_from(["MIT", "Apache-2.0", "My Licence", "Other, Inc. 2"]), max_size=3),
    st.lists(
        st.sampled_from(
            ["MIT", "MIT OR Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-x"]
        ),
        max_size=2,
    ),
)


@st.composite
def hashes(draw):
    names = draw(st.sets(st.sampled_from(sorted(HASHES)), max_size=3))
    return {name: draw(st.sampled_from("0123456789abcdef")) * HASHES[name] for name in sorted(names)}


@st.composite
def things(draw):
    kind = draw(st.sampled_from(["purl", "versionless", "cpe", "name", "file"]))
    name, version = draw(WORDS), draw(VERSIONS)
    members = {"hashes": draw(hashes()), "licences": tuple(draw(LISTS)), "name": name, "version": version}
    if kind == "file":
        return Thing(
            name=name, file=True, licences=members["licences"], hashes={"sha1": "0" * 40} | members["hashes"]
        )
    if kind == "purl":
        members |= {"purl": f"pkg:npm/left-pad@{draw(st.integers(1, 3))}.0.0", "version": ""}
    elif kind == "versionless":
        members["purl"] = "pkg:deb/debian/curl?arch=i386"
    elif kind == "cpe":
        members["cpe"] = f"cpe:2.3:a:acme:tool:{draw(st.integers(1, 3))}:*:*:*:*:*:*:*"
    else:
        members["group"] = draw(st.sampled_from(["", "org.acme"]))
    return Thing(**members)


@st.composite
def worlds(draw):
    found = tuple(draw(st.lists(things(), min_size=1, max_size=6)))
    if found[0].file:
        found = (dataclasses.replace(found[0], file=False, hashes={}), *found[1:])
    count = len(found)
    parents = {}
    for index in range(1, count):
        parent = draw(st.none() | st.integers(0, index - 1))
        if parent is not None:
            parents[index] = parent
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    return World(things=found, parents=parents, needs=frozenset(draw(st.sets(ends, max_size=6))))


def shuffled(random, items):
    items = list(items)
    random.shuffle(items)
    return items


def _refs(world, random, prefix):
    numbers = random.sample(range(10_000), len(world.things))
    return [f"{prefix}{number}" for number in numbers]


def _purl(thing, random):
    return random.choice([thing.purl, thing.purl.replace("pkg:npm", "pkg:NPM")])


def cyclonedx(world, random, version):
    refs = _refs(world, random, "ref-")
    nodes = [_component(thing, ref, random, version) for thing, ref in zip(world.things, refs, strict=True)]
    top = []
    for index in shuffled(random, range(1, len(nodes))):
        parent = world.parents.get(index)
        (top if parent is None else nodes[parent].setdefault("components", [])).append(nodes[index])
    needs = {}
    for source, target in shuffled(random, world.needs):
        needs.setdefault(refs[source], []).append(refs[target])
    dependencies = [{"ref": ref, "dependsOn": needs.get(ref, [])} for ref in shuffled(random, refs)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "version": 1,
        "metadata": {"component": nodes[0]},
        "components": top,
        "dependencies": dependencies,
    }


def _component(thing, ref, random, version):
    kind = "file" if thing.file else random.choice(["library", "application", "framework"])
    found = {"type": kind, "bom-ref": ref, "name": thing.name, "version": thing.version}
    if not thing.version:  # 1.4 and later do not require it
        del found["version"]
    found |= {name: text for name, text in (("group", thing.group), ("cpe", thing.cpe)) if text}
    if thing.purl:
        found["purl"] = _purl(thing, random)
    found["hashes"] = [
        {"alg": CYCLONEDX_HASHES[name], "content": digits}
        for name, digits in shuffled(random, thing.hashes.items())
    ]
    found["licenses"] = _choices(thing, random, version)
    return {name: found[name] for name in shuffled(random, found)}


def _choices(thing, random, version):
    said = {"acknowledgement": random.choice(["declared", "concluded"])} if version in {"1.6", "1.7"} else {}
    terms = shuffled(random, thing.licences)
    if any(" OR " in term or " WITH " in term or term.startswith("LicenseRef") for term in terms):
        return [{"expression": " AND ".join(f"({term})" for term in terms), **said}]
    known = {"MIT", "Apache-2.0"}
    return [{"license": {"id" if term in known else "name": term, **said}} for term in terms]


class _Names:
    """LicenseRefs for licences that are not listed, numbered as the document happens to."""

    def __init__(self, random):
        self.random, self.refs = random, {}

    def expression(self, terms):
        return " AND ".join(f"({self._term(term)})" for term in shuffled(self.random, terms))

    def _term(self, term):
        if " OR " in term or " WITH " in term or " " not in term:
            return term
        return self.refs.setdefault(term, f"LicenseRef-{self.random.randrange(10**9)}")


def spdx2(world, random):
    refs = _refs(world, random, "SPDXRef-")
    names = _Names(random)
    packages, files, relationships = [], [], []
    for thing, ref in zip(world.things, refs, strict=True):
        (files if thing.file else packages).append(_element2(thing, ref, names, random))
    packed = {package["SPDXID"]: package for package in packages}
    for index, parent in world.parents.items():
        if world.things[index].file and refs[parent] in packed and random.random() < 0.5:
            packed[refs[parent]].setdefault("hasFiles", []).append(refs[index])
        else:
            relationships.append(_related(random, refs[parent], "CONTAINS", "CONTAINED_BY", refs[index]))
    for source, target in world.needs:
        back = random.choice(["DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "DEV_DEPENDENCY_OF"])
        relationships.append(_related(random, refs[source], "DEPENDS_ON", back, refs[target]))
    document = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": "x",
        "documentNamespace": f"https://example.com/{random.random()}",
        "creationInfo": {"created": "2026-01-31T09:30:00Z", "creators": ["Tool: x"]},
        "packages": shuffled(random, packages),
        "files": shuffled(random, files),
    }
    if random.random() < 0.5:
        document["documentDescribes"] = [refs[0]]
    else:
        relationships.append(_related(random, "SPDXRef-DOCUMENT", "DESCRIBES", "DESCRIBED_BY", refs[0]))
    document["hasExtractedLicensingInfos"] = [
        {"licenseId": ref, "extractedText": "...", "name": name} for name, ref in names.refs.items()
    ]
    if any("LicenseRef-x" in thing.licences for thing in world.things):  # one without a name
        document["hasExtractedLicensingInfos"].append({"licenseId": "LicenseRef-x", "extractedText": "..."})
    document["relationships"] = shuffled(random, relationships)
    return document


def _related(random, source, kind, back, target):
    if random.random() < 0.5:
        return {"spdxElementId": source, "relationshipType": kind, "relatedSpdxElement": target}
    return {"spdxElementId": target, "relationshipType": back, "relatedSpdxElement": source}


def _element2(thing, ref, names, random):
    found = {"SPDXID": ref, "checksums": []}
    for name, digits in shuffled(random, thing.hashes.items()):
        found["checksums"].append({"algorithm": SPDX2_HASHES[name], "checksumValue": digits})
    roles = ["licenseConcluded"] if thing.file else ["licenseConcluded", "licenseDeclared"]
    if thing.licences:
        found[random.choice(roles)] = names.expression(thing.licences)
    if thing.file:
        return found | {"fileName": random.choice(["", "./"]) + thing.name}
    found |= {"name": thing.full_name, "downloadLocation": "NOASSERTION", "filesAnalyzed": False}
    if thing.version:
        found["versionInfo"] = thing.version
    found["externalRefs"] = [
        {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}
        for category, kind, locator in (
            ("PACKAGE-MANAGER", "purl", _purl(thing, random) if thing.purl else ""),
            ("SECURITY", "cpe23Type", thing.cpe),
        )
        if locator
    ]
    return found


def spdx3(world, random):
    base = f"https://example.com/{random.randrange(10**6)}/"
    refs = _refs(world, random, base)
    about = {"creationInfo": "_:creation"}
    elements = [
        {
            "type": "CreationInfo",
            "@id": "_:creation",
            "specVersion": "3.0.1",
            "created": "2026-01-31T09:30:00Z",
            "createdBy": [f"{base}me"],
        },
        {"type": "Person", "spdxId": f"{base}me", "name": "Ada", **about},
    ]
    links = []
    for thing, ref in zip(world.things, refs, strict=True):
        elements.append(_element3(thing, ref, random) | about)
        if thing.licences:
            targets = [_licence3(term, base, elements, about, random) for term in thing.licences]
            links.append((ref, random.choice(["hasDeclaredLicense", "hasConcludedLicense"]), targets))
    links += [(refs[parent], "contains", [refs[index]]) for index, parent in world.parents.items()]
    kinds = ["dependsOn", "hasOptionalDependency", "hasProvidedDependency"]
    links += [(refs[source], random.choice(kinds), [refs[target]]) for source, target in world.needs]
    for number, (source, kind, targets) in enumerate(links):
        scoped = kind == "dependsOn" and random.random() < 0.5
        elements.append(
            {
                "type": "LifecycleScopedRelationship" if scoped else "Relationship",
                "spdxId": f"{base}link/{number}",
                "from": source,
                "relationshipType": kind,
                "to": targets,
                **({"scope": random.choice(["runtime", "build", "test"])} if scoped else {}),
                **about,
            }
        )
    root = refs[0]
    if random.random() < 0.5:
        root = f"{base}sbom"
        elements.append({"type": "software_Sbom", "spdxId": root, "rootElement": [refs[0]], **about})
    elements.append({"type": "SpdxDocument", "spdxId": f"{base}doc", "rootElement": [root], **about})
    return {"@context": CONTEXT, "@graph": shuffled(random, elements)}


def _licence3(term, base, elements, about, random):
    ref = f"{base}licence/{len(elements)}"
    names = _Names(random)
    expression = names.expression([term])
    written = {
        "type": "simplelicensing_LicenseExpression",
        "spdxId": ref,
        "simplelicensing_licenseExpression": expression,
        **about,
    }
    for name, own in names.refs.items():
        text = {
            "type": "simplelicensing_SimpleLicensingText",
            "spdxId": f"{ref}/text",
            "name": name,
            "simplelicensing_licenseText": "...",
            **about,
        }
        elements.append(text)
        if random.random() < 0.5:
            return text["spdxId"]  # the text itself, without an expression
        entry = {"type": "DictionaryEntry", "key": own, "value": text["spdxId"]}
        written["simplelicensing_customIdToUri"] = [entry]
    elements.append(written)
    return ref


def _element3(thing, ref, random):
    found = {
        "type": "software_File" if thing.file else "software_Package",
        "spdxId": ref,
        "name": thing.full_name,
    }
    if thing.hashes:
        found["verifiedUsing"] = [
            {"type": "Hash", "algorithm": name, "hashValue": digits}
            for name, digits in shuffled(random, thing.hashes.items())
        ]
    if thing.version:
        found["software_packageVersion"] = thing.version
    identifiers = [("cpe23", thing.cpe)] if thing.cpe else []
    if thing.purl and random.random() < 0.5:
        found["software_packageUrl"] = _purl(thing, random)
    elif thing.purl:
        identifiers.append(("packageUrl", _purl(thing, random)))
    if identifiers:
        found["externalIdentifier"] = [
            {"type": "ExternalIdentifier", "externalIdentifierType": kind, "identifier": text}
            for kind, text in identifiers
        ]
    return found


WRITERS = {
    **{
        f"CycloneDX {version}": lambda world, random, version=version: cyclonedx(world, random, version)
        for version in CYCLONEDX
    },
    "SPDX 2.3": spdx2,
    "SPDX 3.0.1": spdx3,
}


def inventory(value):
    """Return the inventory of a document."""
    return read(value, detect(value))


def digest_of(value):
    """Return the inventory digest of a document."""
    return str(digest(inventory(value)))


def as_bytes(value):
    """Return a document as the bytes of a file."""
    return json.dumps(value).encode()


def without(value, *path):
    """Return a copy of a document without the member at a path."""
    value = copy.deepcopy(value)
    inner = value
    for token in path[:-1]:
        inner = inner[token]
    del inner[path[-1]]
    return value
