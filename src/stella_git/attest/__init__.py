"""What is signed (floor 3): DSSE envelopes, in-toto statements, predicates.

Pure: no file, no clock, no cryptography. `envelope` holds signed bytes, `statement` says what they are about,
`predicates` and `slsa` what is said. Whether a signature is good is a question for `trust`.
"""
