"""The in-toto statement: which artifacts, and what kind of thing is said about them.

Source: in-toto Attestation Framework v1.1: statement.md, resource_descriptor.md, digest_set.md.
"""

from collections.abc import Mapping

from stella_git.attest import base64text
from stella_git.attest.envelope import LIMIT, Envelope
from stella_git.attest.members import Members, Object, Path, present, refuse
from stella_git.canon import jcs
from stella_git.canon.digest import DigestSet
from stella_git.canon.reader import Json, parse_json
from stella_git.canon.record import field, record
from stella_git.errors import InputError

STATEMENT_V1 = "https://in-toto.io/Statement/v1"
STATEMENT_V01 = "https://in-toto.io/Statement/v0.1"
MAX_SUBJECTS = 1024

_DESCRIPTOR = "descriptor-member"


@record(frozen=True, slots=True, kw_only=True)
class ResourceDescriptor:
    """An artifact: what identifies it, and where it may be found.

    Empty strings are read, because some writers mean "absent" by them; they identify nothing.

    Args:
        name: tells it apart from others in one list; artifacts are matched by digest, never by name.
        digest: digests by in-toto's names; plain mappings are checked and become a `DigestSet`.
        uri: where the artifact is, or what it is called in the world.
        content: the artifact itself, raw bytes.
        download_location: where to fetch it, if that is not `uri`.
        media_type: as in HTTP.
        annotations: anything, by name.
        extra: members that we do not know, as they were read.

    Raises:
        InputError: ``digest-malformed`` or ``digest-set-empty``.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    name: str | None = None
    digest: Mapping[str, str] | None = None
    uri: str | None = None
    content: bytes | None = None
    download_location: str | None = None
    media_type: str | None = None
    annotations: Mapping[str, Json] | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.digest is not None and not isinstance(self.digest, DigestSet):
            object.__setattr__(self, "digest", DigestSet(self.digest))

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "ResourceDescriptor":
        """Return the descriptor in parsed JSON.

        Raises:
            InputError: ``descriptor-member``, ``descriptor-base64``, ``digest-malformed``,
                ``digest-set-empty``; ``descriptor-empty`` if nothing identifies the artifact.
        """
        members = Members(value, path, code=_DESCRIPTOR)
        content = None
        if members.has("content"):
            place = (*path, "content")
            content = base64text.decode(members.raw("content"), place, code="descriptor-base64")
        found = cls(
            name=members.any_text_or_none("name"),
            digest=members.digests("digest") if members.has("digest") else None,
            uri=members.any_text_or_none("uri"),
            content=content,
            download_location=members.any_text_or_none("downloadLocation"),
            media_type=members.any_text_or_none("mediaType"),
            annotations=members.object("annotations") if members.has("annotations") else None,
            extra=members.rest(),
        )
        if found.digest is None and not found.uri and found.content is None:
            raise refuse(
                "nothing identifies the artifact: no digest, no uri, no content",
                path,
                code="descriptor-empty",
                remedy="add its digest",
            )
        return found

    def to_json(self) -> Object:
        """Return the members that are there."""
        members: dict[str, Json | None] = {
            "name": self.name,
            "uri": self.uri,
            "digest": dict(self.digest) if self.digest is not None else None,
            "content": base64text.encode(self.content) if self.content is not None else None,
            "downloadLocation": self.download_location,
            "mediaType": self.media_type,
            "annotations": dict(self.annotations) if self.annotations is not None else None,
        }
        return {**self.extra, **dict(present(members))}


@record(frozen=True, slots=True, kw_only=True)
class Statement:
    """An in-toto statement.

    Args:
        subject: 1 to 1,024 artifacts, each with a digest.
        predicate_type: type URI of the predicate.
        predicate: the predicate, an object.
        type_uri: version of the statement's own format.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    subject: tuple[ResourceDescriptor, ...]
    predicate_type: str
    predicate: Mapping[str, Json]
    type_uri: str = STATEMENT_V1
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_legacy(self) -> bool:
        """Return whether it is of version 0.1, which we read but never write anew."""
        return self.type_uri == STATEMENT_V01

    @classmethod
    def from_envelope(cls, envelope: Envelope) -> "Statement":
        """Return the statement in an envelope's payload; nothing of it is verified by this.

        Raises:
            InputError: ``envelope-payload-type``, and as `from_bytes`.
        """
        envelope.require_type()
        return cls.from_bytes(envelope.payload)

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None, limit: int = LIMIT) -> "Statement":
        """Return the statement in a JSON document.

        Args:
            data: UTF-8 bytes, such as the payload of an envelope.
            path: what to call the document in errors.
            limit: greatest size in bytes.

        Raises:
            InputError: ``json-*`` from the strict reader; ``statement-type``, ``statement-member``,
                ``statement-subject``, and the codes of `ResourceDescriptor.from_json`.
        """
        value = parse_json(data, path=path, limit=limit)
        try:
            return cls.from_json(value)
        except InputError as error:
            error.where = error.where.within(path) if path else error.where
            raise

    @classmethod
    def from_json(cls, value: Json) -> "Statement":
        """Return the statement in parsed JSON; an absent predicate is an empty one.

        Raises:
            InputError: as `from_bytes`.
        """
        members = Members(value, code="statement-member")
        type_uri = members.raw("_type")
        if not isinstance(type_uri, str) or type_uri not in {STATEMENT_V1, STATEMENT_V01}:
            raise refuse(
                f"{ascii(type_uri)[:80]} is no statement type that we read",
                ("_type",),
                code="statement-type",
                remedy=f"make it {STATEMENT_V1}",
            )
        return cls(
            subject=_subjects(members),
            predicate_type=members.text("predicateType"),
            predicate=members.object("predicate") if members.has("predicate") else {},
            type_uri=type_uri,
            extra=members.rest(),
        )

    def to_json(self) -> Object:
        """Return ``{_type, subject, predicateType, predicate, ...}``."""
        return {
            **self.extra,
            "_type": self.type_uri,
            "subject": [descriptor.to_json() for descriptor in self.subject],
            "predicateType": self.predicate_type,
            "predicate": dict(self.predicate),
        }

    def to_bytes(self) -> bytes:
        """Return the canonical JSON bytes, to be signed as they are.

        Raises:
            InputError: ``jcs-*``, a value has no canonical form.
        """
        return jcs.dumps(self.to_json())

    def require_strong(self) -> None:
        """Do nothing if every subject has a digest that resists collisions.

        Git object ids count as such here, because `trust` compares the tree's SHA-256 twin beside them.

        Raises:
            InputError: ``statement-digest-weak``, a subject has only MD5, SHA-1, BLAKE3 or unknown names.
        """
        for index, descriptor in enumerate(self.subject):
            if not isinstance(descriptor.digest, DigestSet) or descriptor.digest.is_weak:
                raise refuse(
                    "the subject has no digest that resists collisions",
                    ("subject", index, "digest"),
                    code="statement-digest-weak",
                    remedy="add its sha256",
                )


def commit_subjects(
    repository_id: str, *, git_commit: str | None, git_tree: str, tree_sha256: str
) -> tuple[ResourceDescriptor, ...]:
    """Return the subjects of a statement about a commit, or about a tree if there is no commit yet.

    A verifier requires all of them to match: then a SHA-1 collision gains nothing.

    Args:
        repository_id: the UUID of the repository.
        git_commit: commit id, 40 or 64 lower hex digits; None for a statement about the tree alone.
        git_tree: tree id, 40 or 64 lower hex digits.
        tree_sha256: the id that git gives the same tree in a SHA-256 repository, 64 lower hex digits.

    Raises:
        InputError: ``digest-malformed``.
    """
    named = (
        (repository_id, "gitCommit", git_commit),
        (f"{repository_id}#tree", "gitTree", git_tree),
        (f"{repository_id}#tree-sha256", "gitTree", tree_sha256),
    )
    return tuple(
        ResourceDescriptor(name=name, digest={kind: value})
        for name, kind, value in named
        if value is not None
    )


def _subjects(members: Members) -> tuple[ResourceDescriptor, ...]:
    value = members.raw("subject")
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_SUBJECTS:
        raise refuse(
            f"subject must be an array of 1 to {MAX_SUBJECTS} artifacts",
            ("subject",),
            code="statement-subject",
            remedy="name what the statement is about",
        )
    found = members.array("subject", ResourceDescriptor.from_json)
    for index, descriptor in enumerate(found):
        if descriptor.digest is None:
            raise refuse(
                "a subject has no digest",
                ("subject", index),
                code="statement-subject",
                remedy="add its digest; a subject is matched by nothing else",
            )
    return found
