"""Who signed, and whether that counts (floor 4).

The only package that imports ``cryptography``, and only inside functions. It imports `errors`, `canon`,
`resources`, `config` and `attest`; it knows neither git nor documents. Everything works offline and takes the
time as an argument.

====================  =====================================================================================
`algorithms`, `keys`  key types as a literal table; public and private keys; key files
`privatepem`          private key files of all kinds, read; `cosign`: those that cosign encrypts
`signers`             signer URIs (``file:``, ``env:``, ...); `signing`: the Signer and Verifier protocols
`keyring`             ``stella.keyring.json``: who may sign what, until when
`anchor`              why a keyring is believed: pinned root key, pinned earlier keyring, or first use
`verify`              an envelope against a keyring; a statement against the facts of a commit
`report`              named checks with stable codes; what every verification returns
====================  =====================================================================================
"""
