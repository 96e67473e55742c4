"""The command line (floor 10): one module per noun, no rule of the domain."""
