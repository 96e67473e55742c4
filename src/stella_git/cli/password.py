"""Asking for a password at the terminal, and nowhere else: never echoed, never kept."""

import os
import sys

_LIMIT = 4096  # as much as a line of a terminal holds


def ask(what: str) -> bytes | None:
    """Return the password that the person at the controlling terminal types, as UTF-8 bytes.

    Args:
        what: what it opens, as the user named it.

    Returns:
        None where there is nobody to ask: no terminal, or a job in its background. Standard input is never
        read: it may be the file that the command is about.
    """
    question = f"Password for {''.join(char if char.isprintable() else '?' for char in what)}: "
    return _ask_windows(question) if os.name == "nt" else _ask_posix(question)


def _ask_posix(question: str) -> bytes | None:
    import termios

    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Whoever reads in the background is stopped by the kernel: a hook would hang there for ever.
        if os.tcgetpgrp(terminal) != os.getpgrp():
            return None
        before = termios.tcgetattr(terminal)
        silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
        try:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
            os.write(terminal, question.encode())
            return os.read(terminal, _LIMIT).rstrip(b"\r\n")
        finally:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
            os.write(terminal, b"\n")
    except (OSError, termios.error):
        return None
    finally:
        os.close(terminal)


def _ask_windows(question: str) -> bytes | None:
    if not sys.stdin.isatty():
        return None
    import getpass

    return getpass.getpass(question).encode("utf-8", "surrogateescape")
