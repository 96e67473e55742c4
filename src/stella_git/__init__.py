"""Git-native policy as code: verdicts that anyone with a clone can recompute, byte for byte."""

__version__ = "0.1.0"
