"""Documents (floor 4): what a producer says about software, read strictly and judged completely.

SBOM, VEX and findings documents come from outside. Here they are detected by content, checked against the
official schema of their version and against rules that no schema can state, and turned into small models
that the floors above decide with. Nothing here knows git or signatures.

- ``validate``: bytes to every problem at once, each with a line, a column and a remedy.
- ``detect``: which format and version a JSON value is.
- ``cyclonedx``, ``openvex``, ``findings``: components, findings and claims of a validated document.
- ``schema``: official schemas, their engines, the only user of jsonschema; offline by construction.
"""
