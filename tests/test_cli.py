"""The command line: a wrong word is one sentence with the word and what would be right, never a trace."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from program import write_setlist

from lmdmd import bundles, cli
from lmdmd.config import MOST_SECONDS, Config
from lmdmd.errors import ConfigError


def said(capsys, *arguments: object) -> tuple[int, str]:
    """Exit status of the command line in this process, and what it wrote to stderr."""
    try:
        status = cli.main([str(argument) for argument in arguments])
    except SystemExit as error:
        status = int(error.code or 0)
    return status, capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("seconds", (float("nan"), float("inf"), 0.0, -1.0)),
        ("rate_hz", (-5, 1, 7999, 192_001)),
        ("threads", (-1, 513)),
        ("seed", (-5, 2**31)),
        ("buffer_frames", (15, 8193)),
        ("osc_port", (-1, 65536)),
        ("http_port", (-1, 65536)),
    ],
)
def test_an_option_out_of_its_range_is_named_with_the_range(option, values):
    flag = {"rate_hz": "rate", "buffer_frames": "buffer"}.get(option, option).replace("_", "-")
    for value in values:
        with pytest.raises(ConfigError, match=rf"^--{flag} {value:.16g}: must lie "):
            Config(**{option: value})


def test_the_ends_of_every_range_are_fine():
    Config(rate_hz=0, threads=0, seed=0, seconds=1e-3, buffer_frames=16, osc_port=0, http_port=0)
    Config(rate_hz=192_000, threads=512, seed=2**31 - 1, seconds=MOST_SECONDS, buffer_frames=8192)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--seconds", "inf"), "--seconds inf: must lie above 0"),
        (("run", "--seed", "-5"), "--seed -5: must lie between 0 and 2147483647"),
        (("run", "--seconds", "abc"), "argument --seconds: invalid float value: 'abc'"),
        (("run", "--model", "~nosuchuser/x"), 'no bundle called "~nosuchuser/x"'),
        (("run", "--model", "x" * 300), "no bundle called"),
        (("render", "SHOW", "--out", "/tmp"), "--out /tmp: is a folder"),
        (("render", "SHOW", "--out", "/proc/x/y.wav"), "--out /proc/x/y.wav: /proc is not a writable folder"),
        (("send", "/lmdm/mix/gain", "1e39"), "beyond 3.4e+38"),
        (("send", "/lmdm/prompt/0/text", "x" * 70_000), "too many for one message"),
        (("send", "/lmdm/prompt/0/text", "\udcff"), "is not UTF-8"),
        (("send", "/lmdm/status", "--host", "255.255.255.255"), "255.255.255.255:9000 cannot be reached"),
        (("send", "/lmdm/status", "--host", "a..b"), '"a..b" is not a host'),
        (("send", "mix/gain"), '"mix/gain" is not an OSC address; one begins with "/"; did you mean "/lmdm/mix/gain"?'),
        (("send", ""), "is not an OSC address"),
        (("send", "/lmdm/status", "--port", "99999"), '"99999" is not a whole number from 1 to 65535'),
        (("send", "/lmdm/status", "--timeout", "1e300"), "is not a number above 0, up to 86400"),
        (("bench", "block", "--blocks", "0"), '"0" is not a whole number from 1'),
        (("bench", "block", "--threads", "-1"), '"-1" is not a whole number from 0 to 512'),
        (
            ("run", "--precision", "int9"),
            '--precision "int9": must be one of fp32, int8, bf16; did you mean "int8"?',
        ),
        (("data", "compose", "--hours", "nan"), '"nan" is not a number above 0'),
        (("train", "codec", "--steps", "x"), '"x" is not a whole number from 1'),
        (("export", "docs", "--readme", "/tmp"), "/tmp: Is a directory"),
        (("export", "docs", "--readme", "/nosuch/README.md"), "/nosuch/README.md: No such file"),
    ],
)
def test_a_wrong_argument_is_one_sentence(tmp_path, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    show = write_setlist(tmp_path / "show.yaml", bundles.DEFAULT, 5)
    status, text = said(capsys, *(show if word == "SHOW" else word for word in arguments))
    assert status in (1, 2)
    assert words in text
    assert "Traceback" not in text and "running" not in text
    assert len([line for line in text.splitlines() if line.startswith("lmdmd")]) == 1


def test_what_nobody_foresaw_is_one_sentence_and_a_trace_only_when_asked_for(capsys, monkeypatch, caplog):
    def fail() -> list:
        raise ZeroDivisionError("by zero\nand more")

    monkeypatch.setattr(cli.params, "as_records", fail)
    caplog.set_level(logging.INFO)
    status, text = said(capsys, "params")
    assert status == 1
    assert text == "lmdmd: an error that nobody foresaw, ZeroDivisionError: by zero; lmdmd -v VERB ... shows where\n"
    assert "Traceback" not in caplog.text
    caplog.set_level(logging.DEBUG)
    said(capsys, "-v", "params")
    assert "Traceback" in caplog.text


def test_a_package_of_an_extra_that_is_missing_is_said_with_the_way_to_it(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mido", None)
    monkeypatch.delitem(sys.modules, "lmdmd.train.compose", raising=False)
    monkeypatch.delitem(sys.modules, "lmdmd.train.score", raising=False)
    assert cli.main(["data", "compose", "--hours", "0.01", "--data", str(tmp_path)]) == 1
    assert 'this needs the package mido: pip install "lmdmd[train]"' in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["data", "card"], ["evaluate", "pocket"]])
def test_what_one_process_does_is_refused_under_torchrun(capsys, monkeypatch, tmp_path, verb):
    for name, value in (("RANK", "0"), ("WORLD_SIZE", "2"), ("LOCAL_RANK", "0")):
        monkeypatch.setenv(name, value)
    assert cli.main([*verb, "--data", str(tmp_path)]) == 1
    assert "is the work of one process; start it without torchrun" in capsys.readouterr().err


def test_a_run_to_begin_with_that_is_not_there_is_called_a_folder(capsys, tmp_path):
    arguments = ["train", "arc", "--from", "pocket", "--base", str(tmp_path / "gone"), "--data", str(tmp_path)]
    assert cli.main([*arguments, "--steps", "1", "--run", str(tmp_path / "run")]) == 1
    assert f"{tmp_path / 'gone'}: no such folder; give a run that has begun, or a bundle" in capsys.readouterr().err


def test_an_error_of_the_system_is_said_in_its_words(capsys, monkeypatch):
    def fail() -> list:
        raise PermissionError(13, "Permission denied", "/some/file")

    monkeypatch.setattr(cli.params, "as_records", fail)
    assert said(capsys, "params") == (1, "lmdmd: /some/file: Permission denied\n")


def test_a_user_without_a_home_folder_can_use_it(tmp_path):
    """A home folder is looked for by environment and by user; neither is there."""
    program = (
        "import pathlib, sys\n"
        "def home(): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = home\n"
        "from lmdmd.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=tmp_path)

    listed = run("models", "--json")
    assert (listed.returncode, listed.stderr) == (0, "")
    refused = run("data", "render")
    assert refused.returncode == 1
    assert "say where with --data" in refused.stderr and "Traceback" not in refused.stderr


def test_models_lists_the_sound_ones_and_warns_of_each_broken_one(tmp_path, capsys, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("[]")
    monkeypatch.setenv("LMDMD_BUNDLES", str(tmp_path))
    assert cli.main(["models", "--json"]) == 0
    listed = capsys.readouterr()
    assert bundles.DEFAULT in [row["name"] for row in json.loads(listed.out)]
    lines = listed.err.splitlines()
    assert len(lines) == 2
    assert all(
        f"warning: {tmp_path}/{name}/config.json: " in line for name, line in zip(("one", "two"), lines, strict=True)
    )


def test_help_says_what_the_http_port_is_for(capsys):
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    assert "--http-port PORT port for the tablet page and OSCQuery" in " ".join(capsys.readouterr().out.split())
