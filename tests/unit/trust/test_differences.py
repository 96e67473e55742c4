from stella_git.canon.digest import sha256
from stella_git.trust.differences import differences
from stella_git.trust.keyring import IdentityEntry
from trust_cases import END, NOW, VERDICT, entry, keyring

CI = IdentityEntry(name="ci", issuer="https://a.example", subject="s", roles=("waiver",))


def test_a_first_keyring_adds_everything():
    found = differences(None, keyring(entry("ada"), identities=[CI], trusted_roots=[sha256(b"r")]))

    assert found[0].startswith("key ada: added (keyid ")
    assert "roles trust + https://" in found[0]
    assert "spki" not in found[0]
    assert found[1].startswith("identity ci: added (issuer https://a.example")
    assert found[2:] == (f"trusted root {sha256(b'r')}: added",)


def test_nothing_changed_is_nothing_said():
    assert differences(keyring(entry("ada")), keyring(entry("ada"))) == ()


def test_each_change_is_one_line():
    before = keyring(
        entry("ada"),
        entry("ben"),
        entry("cyd"),
        thresholds={"trust": 2, VERDICT: 2},
        trusted_roots=[sha256(b"r")],
    )
    after = keyring(
        entry("ada"),
        entry("ben", status="revoked", revoked_at=NOW, reason="lost"),
        entry("dan", VERDICT, key="cyd"),
        thresholds={VERDICT: 2},
        identities=[CI],
        expires=END.plus(60),
        version=2,
    )

    assert [line.partition(" (keyid")[0] for line in differences(before, after)] == [
        f"expires: {END} becomes {END.plus(60)}",
        f"key ben: reason (none) becomes lost; revokedAt (none) becomes {NOW}; status active becomes revoked",
        "key cyd: removed",
        "key dan: added",
        "identity ci: added (issuer https://a.example, roles waiver, subject s)",
        "threshold of trust: 2 becomes 1",
        f"trusted root {sha256(b'r')}: removed",
    ]


def test_another_key_under_the_same_name_is_seen():
    (line,) = differences(keyring(entry("ada")), keyring(entry("ada", key="ben"), version=2))

    assert line.startswith("key ada: keyid ")
