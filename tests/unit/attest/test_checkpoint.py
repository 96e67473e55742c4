import pytest

from bundle_cases import NAMES, b64, bundle, note
from stella_git.attest.checkpoint import LIMIT, Checkpoint, NoteSignature, format_body, parse_checkpoint
from stella_git.errors import DefectError, InputError

ROOT = b"\xfb" * 32
BODY = f"log.test/x - 7\n10\n{b64(ROOT)}\nmore\n"
LINE = f"\u2014 log.test/x {b64(b'hintsignature')}\n"
GOOD = f"{BODY}\n{LINE}"


def test_a_checkpoint_is_taken_apart():
    assert parse_checkpoint(GOOD) == Checkpoint(
        origin="log.test/x - 7",
        size=10,
        root=ROOT,
        extensions=("more",),
        signed=BODY.encode(),
        signatures=(NoteSignature(name="log.test/x", hint=b"hint", signature=b"signature"),),
    )
    assert parse_checkpoint(GOOD.encode()) == parse_checkpoint(GOOD)


@pytest.mark.parametrize("name", NAMES)
def test_public_checkpoints_agree_with_their_proof(name):
    for entry in bundle(name)["verificationMaterial"]["tlogEntries"]:
        proof = entry.get("inclusionProof", {})
        if "checkpoint" not in proof:
            continue
        found = parse_checkpoint(proof["checkpoint"]["envelope"])
        assert str(found.size) == proof["treeSize"]
        assert b64(found.root) == proof["rootHash"]
        assert proof["checkpoint"]["envelope"].encode().startswith(found.signed + b"\n\xe2\x80\x94 ")


def test_witnesses_are_read_too():
    assert len(parse_checkpoint(note()).signatures) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "checkpoint-note"),
        ("x", "checkpoint-note"),
        (BODY, "checkpoint-note"),
        (GOOD[:-1], "checkpoint-note"),
        (BODY + LINE, "checkpoint-note"),
        (GOOD + "\n", "checkpoint-note"),
        (BODY + "\n" + "\n", "checkpoint-note"),
        (GOOD + "junk\n", "checkpoint-signature"),
        (BODY + "\njunk\n" + LINE, "checkpoint-signature"),
        (GOOD.replace("\u2014", "-"), "checkpoint-signature"),
        (GOOD.replace("\u2014 ", "\u2014"), "checkpoint-signature"),
        (GOOD.replace("\u2014 log.test/x", "\u2014 log+test"), "checkpoint-signature"),
        (GOOD.replace("\u2014 log.test/x", "\u2014 log\u00a0test"), "checkpoint-signature"),
        (GOOD.replace("\u2014 log.test/x", "\u2014 "), "checkpoint-signature"),
        (GOOD[:-1] + " x\n", "checkpoint-signature"),
        (f"{BODY}\n\u2014 a {b64(b'hint')}\n", "checkpoint-signature"),
        (f"{BODY}\n\u2014 a AAAAAAB=\n", "checkpoint-signature"),
        (BODY + "\n" + LINE * 65, "checkpoint-signature"),
        (GOOD.replace("log.test/x - 7\n", "\n", 1), "checkpoint-body"),
        (GOOD.replace("more\n", "\nmore\n"), "checkpoint-body"),
        (GOOD.replace("more\n", "\n"), "checkpoint-body"),
        (f"origin\n10\n\n{LINE}", "checkpoint-body"),
        *[
            (GOOD.replace("\n10\n", f"\n{size}\n"), "checkpoint-body")
            for size in ("+1", "-1", "01", " 1", "1 ", "1.0", "x", "٣", str(2**63), "9" * 19, "1" * 5000)
        ],
        *[
            (GOOD.replace(b64(ROOT), root), "checkpoint-body")
            for root in (
                b64(ROOT[:-1]),
                b64(ROOT + b"x"),
                b64(ROOT)[:-1],
                b64(ROOT).replace("+", "-"),
                b64(b"\xff" * 32).replace("/", "_"),
                "!",
            )
        ],
        (GOOD.replace("more", "mo\tre"), "checkpoint-encoding"),
        (GOOD.replace("\n", "\r\n"), "checkpoint-encoding"),
        (GOOD.replace("more", "mo\x00re"), "checkpoint-encoding"),
        (GOOD.replace("more", "mo\ud800re"), "checkpoint-encoding"),
        (GOOD.encode().replace(b"more", b"mo\xffre"), "checkpoint-encoding"),
        (GOOD.replace("more", "m" * LIMIT), "checkpoint-too-large"),
        (GOOD.replace("more", "\u00fc" * (LIMIT // 2)), "checkpoint-too-large"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text, code):
    with pytest.raises(InputError) as caught:
        parse_checkpoint(text)
    assert caught.value.code == code
    assert caught.value.remedy


def test_the_greatest_checkpoint_is_taken():
    assert len(parse_checkpoint(BODY + "\n" + LINE * 64).signatures) == 64
    room = LIMIT - len(GOOD.encode())
    assert parse_checkpoint(GOOD.replace("more", "more" + "m" * room)).extensions
    assert parse_checkpoint(GOOD.replace("\n10\n", f"\n{2**63 - 1}\n")).size == 2**63 - 1
    assert parse_checkpoint(GOOD.replace("\n10\n", "\n0\n")).size == 0


def test_a_body_is_written_as_it_is_read():
    assert format_body("log.test/x - 7", 10, ROOT, ("more",)) == BODY.encode()
    assert format_body("o", 0, ROOT) == f"o\n0\n{b64(ROOT)}\n".encode()


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, ROOT, ()),
        ("a\tb", 1, ROOT, ()),
        ("\ud800", 1, ROOT, ()),
        ("o", -1, ROOT, ()),
        ("o", 2**63, ROOT, ()),
        ("o", 1, ROOT[1:], ()),
        ("o", 1, ROOT, ("",)),
        ("o", 1, ROOT, ("a\nb",)),
        ("o", 1, ROOT, ("a\n",)),
        ("o" * LIMIT, 1, ROOT, ()),
    ],
)
def test_what_could_not_be_read_again_is_not_written(origin, size, root, extensions):
    with pytest.raises(DefectError) as caught:
        format_body(origin, size, root, extensions)
    assert caught.value.code == "checkpoint-unwritable"
