from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from smallsense.cli.main import cli, main
from smallsense.engine.engine import EngineError


def smallsense(*args: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from smallsense.cli.main import main; main()", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_help_names_every_command():
    output = CliRunner().invoke(cli, ["--help"]).output
    for name in ("bench", "calibrate", "check", "doctor", "eval", "fix", "models", "serve"):
        assert f"  {name} " in output
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_help_and_serve_load_no_model_library():
    # The server must be there before the weights are: an editor gives up on one that is slow to say hello.
    code = (
        "import sys; from click.testing import CliRunner; from smallsense.cli.main import cli\n"
        "CliRunner().invoke(cli, ['--help']); CliRunner().invoke(cli, ['serve', '--help'])\n"
        "import smallsense.server.app\n"
        "print([name for name in ('llama_cpp', 'rich', 'torch', 'pytest') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_unknown_command_exits_with_two():
    run = smallsense("nonsense")
    assert run.returncode == 2
    assert "No such command" in run.stderr


def test_version():
    assert smallsense("--version").stdout.startswith("smallsense, version ")


def test_what_the_engine_reports_is_a_message_and_not_a_traceback(monkeypatch: pytest.MonkeyPatch):
    def refuse(cls, *_):
        raise EngineError("models.toml makes no sense: mend it")

    monkeypatch.setattr("smallsense.engine.catalog.Catalog.load", classmethod(refuse))
    for command in (["models", "list"], ["models", "verify"], ["models", "pull"], ["check", "a.md"]):
        result = CliRunner().invoke(cli, command)
        assert result.exit_code == 2
        assert result.stderr == "smallsense: models.toml makes no sense: mend it\n"


def test_reader_that_stops_reading_causes_no_traceback(tmp_path):
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from smallsense.cli.main import main; main()",
            "models",
            "list",
            "--format",
            "json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_folder_that_may_not_be_read_is_a_message_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuse():
        raise PermissionError(13, "Permission denied", "/locked/answers.sqlite3")

    monkeypatch.setattr("smallsense.cli.cache.default_path", refuse)
    monkeypatch.setattr(sys, "argv", ["smallsense", "cache", "path"])
    with pytest.raises(SystemExit) as exit:
        main()
    assert exit.value.code == 2
    assert capsys.readouterr().err == "smallsense: /locked/answers.sqlite3: Permission denied\n"


def test_terminal_without_unicode_gets_replacements(tmp_path):
    run = smallsense("check", "grüße-日本.md", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii", "PATH": ""})
    assert run.returncode == 2
    assert "no such file or directory" in run.stderr


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:", ":http", "127.0.0.1:70000"])
def test_serve_refuses_what_is_no_address(address):
    result = CliRunner().invoke(cli, ["serve", "--tcp", address])
    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr


def test_serve_takes_one_transport():
    assert CliRunner().invoke(cli, ["serve", "--stdio", "--tcp", "127.0.0.1:0"]).exit_code == 2


def test_serve_says_when_it_cannot_listen(monkeypatch: pytest.MonkeyPatch):
    def refuse(host, port):
        assert (host, port) == ("::1", 80)
        raise OSError(98, "Address already in use")

    monkeypatch.setattr("smallsense.server.app.serve_tcp", refuse)
    result = CliRunner().invoke(cli, ["serve", "--tcp", "[::1]:80"])
    assert result.exit_code == 2
    assert result.stderr == "smallsense: cannot listen on [::1]:80: Address already in use\n"
