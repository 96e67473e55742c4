"""The password prompt, at a real pseudo-terminal."""

import os
import sys

import pytest

from stella_git.cli import password

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")


def at_a_terminal(action, typed):
    """Return what a child with a controlling terminal of its own prints there, and its exit code."""
    import pty

    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - another process
        try:
            code = action()
        except BaseException:  # noqa: BLE001 - the child must not run the parent's tests
            code = 70
        os._exit(code)
    shown = b""
    try:
        while b": " not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, typed)
        while True:
            more = os.read(terminal, 1024)
            if not more:
                break
            shown += more
    except OSError:  # Linux says so when the child has gone
        pass
    finally:
        os.close(terminal)
    return shown, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_is_typed_is_returned_and_not_shown():
    def ask():
        import termios

        found = password.ask("file:key.pem\x1b[2J")
        echoes = bool(termios.tcgetattr(0)[3] & termios.ECHO)
        return 0 if found == "gehéim".encode() and echoes else 1

    shown, code = at_a_terminal(ask, "gehéim\n".encode())
    assert code == 0
    assert shown.startswith(b"Password for file:key.pem?[2J: ")
    assert "gehéim".encode() not in shown


def test_an_interrupt_leaves_the_terminal_as_it_was():
    def ask():
        import termios

        try:
            password.ask("x")
        except KeyboardInterrupt:
            return 0 if termios.tcgetattr(0)[3] & termios.ECHO else 1
        return 2

    assert at_a_terminal(ask, b"geh\x03")[1] == 0


def test_an_empty_line_and_the_end_of_input_are_an_empty_password():
    for typed in (b"\n", b"\x04"):
        assert at_a_terminal(lambda: 0 if password.ask("x") == b"" else 1, typed)[1] == 0


def test_standard_input_is_left_alone():
    def ask():
        reading, writing = os.pipe()
        os.write(writing, b"document\n")
        os.dup2(reading, 0)
        return 0 if password.ask("x") == b"typed" and os.read(0, 99) == b"document\n" else 1

    assert at_a_terminal(ask, b"typed\n")[1] == 0


def without_a_terminal(action):
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        os.setsid()
        os._exit(action())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nobody_is_asked_without_a_terminal():
    assert without_a_terminal(lambda: 0 if password.ask("x") is None else 1) == 0


@pytest.mark.parametrize("failing", ["tcgetpgrp", "getpgrp"])
def test_a_job_in_the_background_does_not_ask(monkeypatch, tmp_path, failing):
    monkeypatch.setattr(password.os, "open", lambda *arguments: os.dup(1))
    if failing == "tcgetpgrp":
        monkeypatch.setattr(password.os, "tcgetpgrp", lambda terminal: -1)
    else:

        def gone(terminal):
            raise OSError(25, "not a terminal")

        monkeypatch.setattr(password.os, "tcgetpgrp", gone)
    assert password.ask("x") is None


@pytest.mark.parametrize("terminal", [True, False])
def test_on_windows_the_console_is_asked(monkeypatch, terminal):
    import getpass

    monkeypatch.setattr(password.os, "name", "nt")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda question: "gehéim")
    assert password.ask("x") == ("gehéim".encode() if terminal else None)
