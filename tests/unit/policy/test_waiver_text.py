"""Waivers as YAML: nothing but what changes is touched, and no comment is lost."""

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.fmt import formatted
from stella_git.policy.model import Approval
from stella_git.policy.waivers import text
from waiver_cases import document

ADA = Approval(identity="key:ada", digest="sha256:" + "a" * 64, signature="QUFB")
BEN = Approval(identity="key:ben", digest="sha256:" + "b" * 64, signature="QkJC")
ROWS = """\
  approvals:
    - identity: key:ada
      digest: sha256:{a}
      signature: QUFB
    - identity: key:ben
      digest: sha256:{b}
      signature: QkJC
""".format(a="a" * 64, b="b" * 64)
FILE = """\
# yaml-language-server: $schema=waiver.v1.schema.json
apiVersion: stella.ops/v1
kind: Waiver
metadata: {id: w, owner: "user:ada", created: 2026-05-01T00:00:00Z}  # asked on the phone
spec:
  policy: a.one
  match: {fingerprint: "fp:1111111111111111"}
  type: risk_accepted
  effect: waive

  # see the threat model
  reason: "because it # cannot be reached"  # really
  approvals: []  # two of them
  effectiveFrom: 2026-05-01T00:00:00Z
  expires: 2026-07-01T00:00:00Z  # soon
"""


def read(data, path="policies/waivers/w.yaml"):
    return load.read(data if isinstance(data, bytes) else data.encode(), path=path)


def test_what_is_written_is_laid_out_and_says_what_was_asked():
    for reason in (
        "plain words that say enough",
        "with: colons # and 'quotes' \"too\"",
        "2026-05-01T00:00:00Z....",
    ):
        wanted = document(reason=reason, ticket="#1")
        data = text.render(wanted, path="w.yaml")
        assert load.plain(data, path="w.yaml").value == wanted
        assert formatted(data, path="w.yaml") == data


def test_approvals_are_put_where_they_stand_and_nothing_else_moves():
    data = text.changed(read(FILE), (BEN, ADA))
    before, _, after = FILE.partition("  approvals: []  # two of them\n")
    assert data.decode() == before + ROWS.replace("approvals:", "approvals:  # two of them") + after
    again = text.changed(read(data), (ADA,))
    assert b"key:ben" not in again
    assert b"# two of them" in again
    assert text.changed(read(again), ()).decode() == FILE


def test_a_list_that_ends_the_file_or_is_not_indented():
    lines = [line for line in FILE.splitlines(keepends=True) if "approvals" not in line]
    item = f"  - {{identity: key:ada, digest: '{ADA.digest}', signature: QUFB}}  # on Monday\n"
    first = "".join(lines) + "  approvals:\n" + item
    data = text.changed(read(first + "\n"), (BEN, ADA))
    added = f"  - identity: key:ben\n    digest: {BEN.digest}\n    signature: QkJC\n"
    assert data.decode() == first + added + "\n"


def test_what_is_said_beside_an_approval_stays_and_goes_with_it():
    rows = ROWS.replace("    - identity: key:ada", "    # on Monday\n    - identity: key:ada  # by phone")
    rows = (
        rows.replace("    - identity: key:ben", "\n    # on Friday\n    - identity: key:ben") + "    # last\n"
    )
    whole = FILE.replace("  approvals: []  # two of them\n", rows)
    cyd = Approval(identity="key:cyd", digest="sha256:" + "c" * 64, signature="Q0ND")
    item = f"    - identity: key:cyd\n      digest: {cyd.digest}\n      signature: Q0ND\n"
    assert text.changed(read(whole), (cyd, BEN, ADA)).decode() == whole.replace(rows, rows + item)
    data = text.changed(read(whole), (ADA,)).decode()
    assert "# on Monday" in data
    assert "# by phone" in data
    assert "# on Friday" not in data
    assert text.changed(read(whole), (BEN,)).count(b"# on Friday") == 1


def test_values_change_where_they_stand():
    values = {"effectiveFrom": "2026-06-01T00:00:00Z", "expires": "2026-06-09T00:00:00Z"}
    data = text.changed(read(FILE), (), values).decode()
    assert data == FILE.replace("From: 2026-05-01", "From: 2026-06-01").replace(
        "expires: 2026-07-01", "expires: 2026-06-09"
    )


@pytest.mark.parametrize("reason", ["another reason # with a hash", "'quoted' reasons, \"both\" ways"])
def test_a_reason_with_a_hash_is_no_comment(reason):
    data = text.changed(read(FILE), (), {"reason": reason})
    assert load.plain(data, path="w").value["spec"]["reason"] == reason
    assert data.count(b"# really") == 1
    assert b"cannot be reached" not in data


def test_a_reason_over_several_lines_is_replaced_whole_or_not_at_all():
    new = {"reason": "another reason that says enough"}
    old = '"because it # cannot be reached"  # really\n'
    plain = FILE.replace(old, "because it cannot\n    be reached at all\n")
    data = text.changed(read(plain), (), new)
    assert load.plain(data, path="w").value["spec"]["reason"] == new["reason"]
    assert b"# asked on the phone" in data

    block = FILE.replace(old, "|-\n    because it\n    cannot be reached\n")
    with pytest.raises(ConfigError) as caught:
        text.changed(read(block), (), new)
    assert caught.value.code == "waiver-layout"
    bare = [line.partition("  #")[0].rstrip() for line in block.splitlines() if line[:1] != "#"]
    data = text.changed(read("\n".join(bare)), (), new)
    assert load.plain(data, path="w").value["spec"]["reason"] == new["reason"]


def test_a_file_on_one_line_is_laid_out_first():
    from stella_git.canon import jcs

    data = text.changed(read(jcs.dumps(document())), (ADA,))
    assert load.plain(data, path="w").value == document(
        approvals=[{"identity": ADA.identity, "digest": ADA.digest, "signature": ADA.signature}]
    )


def test_a_word_in_a_comment_is_not_taken_for_the_list():
    commented = FILE.replace("  # see the threat model\n", "  # approvals: []\n")
    assert b"  # approvals: []\n" in text.changed(read(commented), (ADA,))


def test_a_line_of_spaces_takes_no_time():
    long = FILE.replace(
        "  approvals: []  # two of them", "  approvals:" + " " * 1_000_000 + "[]  # two of them"
    )
    data = text.changed(read(long), (ADA,))
    assert load.plain(data, path="w").value["spec"]["approvals"][0]["identity"] == "key:ada"
    assert b"# two of them" in data
