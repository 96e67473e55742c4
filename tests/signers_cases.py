"""What the tests of signers share: a keyring that trusts one more key."""

from flows_cases import START
from stella_git.attest.predicates import TYPES
from stella_git.canon.clock import Instant
from stella_git.trust.keyring import KeyEntry, Keyring, sign_keyring, with_key
from stella_git.trust.keys import load_private_key
from stella_git.trust.signers import KeySigner


def trust(place, key):
    """Put a key into the keyring of a repository, as its maintainer would, and commit that."""
    keyring, signatures = (place.path / f"stella.keyring{end}" for end in (".json", ".sigs.json"))
    entry = KeyEntry(
        name="ci",
        key=key,
        owner="team:ci",
        roles=(TYPES["verdict"],),
        not_before=Instant(START - 86_400),
        not_after=Instant(START + 36_000 * 86_400),
    )
    payload = with_key(Keyring.from_bytes(keyring.read_bytes(), signatures.read_bytes()), entry)
    keyring.write_bytes(payload)
    maintainer = place.path / ".git/stella/keys/maintainer.pem"
    signer = KeySigner(uri="file:maintainer.pem", key=load_private_key(maintainer))
    signatures.write_bytes(sign_keyring(payload, [signer]))
    return place.commit(message="Trust another key")
