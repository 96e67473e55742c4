"""What documents and attestations are evidence of, as policies see it."""
