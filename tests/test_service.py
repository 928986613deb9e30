"""The files that let a system start and watch the program, read as that system reads them."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import lmdmd

from lmdmd.cli import _parser
from lmdmd.errors import ConfigError
from lmdmd.params import find
from lmdmd.service import PLIST, UNIT, make_plist, make_unit, program, write_service

ODD = ["My Show $HOME 50%.yaml", "--device", 'a "b" \\n', "--bind", "::"]


def export(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return lmdmd("export", "service", "--out", folder, *words)


def value(unit: str, key: str) -> str:
    (line,) = [line for line in unit.splitlines() if line.startswith(f"{key}=")]
    return line.partition("=")[2]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (systemd) is not installed")
@pytest.mark.parametrize("arguments", [[], ODD])
def test_systemd_has_nothing_to_say_about_the_unit(tmp_path, monkeypatch, arguments):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / "a folder, 100 %"
    folder.mkdir()
    unit, _ = write_service(tmp_path / "out", arguments, folder)
    done = subprocess.run(["systemd-analyze", "--user", "verify", unit], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_systemd_would_have_to_say_is_seen(tmp_path, monkeypatch):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze (systemd) is not installed")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / UNIT
    path.write_text(make_unit(["no-such-program", "run"], tmp_path).replace("KillMode=mixed", "KillMode=gently"))
    done = subprocess.run(["systemd-analyze", "--user", "verify", path], capture_output=True, text=True, timeout=60)
    assert "gently" in done.stderr and "no-such-program" in done.stderr


def test_words_come_out_of_the_unit_as_they_went_in(tmp_path):
    said = value(make_unit(program(ODD), tmp_path), "ExecStart")
    # As systemd does: quotes and backslashes as a shell has them between double quotes, then its own doubled signs.
    words = [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(said)]
    assert words == [sys.executable, "-m", "lmdmd", "run", *ODD, "--pick-up"]


def test_launchd_reads_the_same_command(tmp_path):
    agent = plistlib.loads(make_plist(program(ODD), tmp_path))
    assert agent["ProgramArguments"] == [sys.executable, "-m", "lmdmd", "run", *ODD, "--pick-up"]
    assert agent["WorkingDirectory"] == str(tmp_path)
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["ExitTimeOut"] > find("show/fade").hi


def test_the_unit_starts_us_again_and_waits_for_the_longest_fade(tmp_path):
    unit = make_unit(program([]), tmp_path)
    assert (value(unit, "Type"), value(unit, "Restart"), value(unit, "KillMode")) == ("notify", "on-failure", "mixed")
    assert int(value(unit, "TimeoutStopSec")) > find("show/fade").hi
    assert int(value(unit, "WatchdogSec")) > 0


def test_no_file_holds_a_word_with_a_line_break(tmp_path):
    for make in (make_unit, make_plist):
        with pytest.raises(ConfigError, match="control character"):
            make(program(["a\nExecStart=b"]), tmp_path)


def test_the_command_writes_both_with_a_recording_to_go_on_from(tmp_path):
    done = export(tmp_path / "new", "show.yaml", "--bind", "0.0.0.0", "--http-port", "off")
    assert done.returncode == 0, done.stderr
    words = plistlib.loads((tmp_path / "new" / PLIST).read_bytes())["ProgramArguments"]
    played = ["show.yaml", "--bind", "0.0.0.0", "--http-port", "off", "--record", "recordings", "--pick-up"]
    assert words == [sys.executable, "-m", "lmdmd", "run", *played]
    options = _parser().parse_args(words[3:])
    assert (options.setlist, options.pick_up, options.record) == (Path("show.yaml"), True, Path("recordings"))
    assert value((tmp_path / "new" / UNIT).read_text(), "WorkingDirectory") == str(Path.cwd())


def test_the_command_refuses_what_run_would_refuse(tmp_path):
    for words, said in ((["show.yaml", "--buffer", "3"], "--buffer 3"), (["show.yaml", "--blind"], "--blind")):
        done = export(tmp_path, *words)
        assert done.returncode != 0 and said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    done = export(tmp_path / "taken", "show.yaml")
    assert done.returncode == 1 and "taken" in done.stderr and "Traceback" not in done.stderr
