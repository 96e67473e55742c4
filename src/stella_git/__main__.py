"""Run ``python -m stella_git`` as the command ``stella``."""

from stella_git.cli.main import run

run()
