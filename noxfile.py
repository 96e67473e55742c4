"""Sessions are added by the owner of the house."""
