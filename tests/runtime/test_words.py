"""What can go wrong before the first page is one line that says what to do."""

import errno
import os
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

from ocop_market.runtime import bootstrap, datadir, locate, market, processes
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.postgres import Postgres
from ocop_market.runtime.prepare import HAS_DEMO, STAMPS
from ocop_market.runtime.problems import Problem

from .conftest import ROOT, Start


def said(start: Start, *args: str, **env: str) -> str:
    """The only line on stderr of a start that must fail."""
    process = start(*args, **env)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.count("\n") == 1, err
    return err


def test_port_in_use_names_the_program(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        line = said(start, "--data", str(tmp_path), PORT=str(port))
    assert line.startswith(f"Port {port} is in use by process {os.getpid()} (")
    assert f"PORT={port + 1} bin/market" in line


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "80 80"])
def test_a_port_that_is_none(start: Start, tmp_path: Path, port: str) -> None:
    assert f"PORT={port} is not a port" in said(start, "--data", str(tmp_path), PORT=port)


def test_second_instance_on_the_same_data_names_the_first(start: Start, tmp_path: Path) -> None:
    first = DataDir(tmp_path)
    first.open()
    line = said(start, "--data", str(tmp_path))
    assert f"in use by another run (process {os.getpid()})" in line
    assert "--data DIR" in line
    first.close()


def test_data_folder_that_is_a_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()
    assert f"Cannot use the data folder {file}" in said(start, "--data", str(file))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "Read-only file system"),
        (errno.EACCES, "make it writable for this user, or use --data DIR"),
        (errno.ENOSPC, "is full: free some space"),
    ],
)
def test_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(Problem, match=words):
        DataDir(tmp_path).open()


def test_nearly_full_disk_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datadir, "ROOM_NEW", 2**62)
    with pytest.raises(Problem, match="is full"):
        DataDir(tmp_path).open()


def test_full_disk_while_saving_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DataDir(tmp_path)
    data.write("services.json", {"a": 1})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="is full"):
        data.services(a=2)
    assert data.read("services.json") == {"a": 1}


def test_broken_json_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text('{"half": ')
    assert DataDir(tmp_path).read("services.json") == {}


def test_vanished_cluster_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "postgres").symlink_to(tmp_path / "gone")
    with pytest.raises(Problem, match="is gone: bring it back"):
        Postgres(DataDir(tmp_path)).prepare()


def test_no_services_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL_FILE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="set DATABASE_URL, or start bin/market once"):
        locate.database_url(tmp_path)


def test_environment_file_then_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    DataDir(tmp_path).services(redis_url="redis://folder/0")
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert locate.redis_url(tmp_path) == "redis://folder/0"
    (tmp_path / "secret").write_text("redis://file/0\n")
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "secret"))
    assert locate.redis_url(tmp_path) == "redis://file/0"
    monkeypatch.setenv("REDIS_URL", "redis://environment/0")
    assert locate.redis_url(tmp_path) == "redis://environment/0"


def test_a_server_with_its_own_database_is_not_taken_for_a_laptop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data folder left on a production machine must not switch its safeguards off."""
    DataDir(tmp_path).services(database_url="postgres://folder/market")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert locate.is_embedded(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgres://production/market")
    assert not locate.is_embedded(tmp_path)


def test_bucket_address() -> None:
    options = locate.s3_options("s3://key:se%2Fcret@store.example:9000/pictures?region=hn&scheme=http")
    assert options == {
        "bucket_name": "pictures",
        "file_overwrite": False,
        "endpoint_url": "http://store.example:9000",
        "access_key": "key",
        "secret_key": "se/cret",
        "region_name": "hn",
    }
    with pytest.raises(ValueError, match="must look like"):
        locate.s3_options("s3://host")


def test_old_python_without_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = types.SimpleNamespace(
        version_info=(3, 9, 2), executable="/usr/bin/python3", exit=sys.exit, stderr=sys.stderr, argv=[]
    )
    monkeypatch.setattr(bootstrap, "sys", old)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit):
        bootstrap.need_python()
    assert "This needs Python 3.11 or newer, and /usr/bin/python3 is 3.9" in capsys.readouterr().err


def test_missing_venv_module_names_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        bootstrap.need_venv_module()
    version = ".".join(map(str, sys.version_info[:2]))
    assert f"sudo apt-get install python{version}-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pip_says", "words"),
    [
        ("NewConnectionError: Failed to establish a new connection", "check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "differs from its recorded hash"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("something else", "could not be installed; details"),
    ],
)
def test_what_pip_says_is_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pip_says: str, words: str
) -> None:
    pip = tmp_path / "python"
    pip.write_text(f"#!/bin/sh\necho '{pip_says}'\nexit 1\n")
    pip.chmod(0o755)
    monkeypatch.setattr(bootstrap, "PYTHON", str(pip))
    monkeypatch.setattr(bootstrap, "LOG", str(tmp_path / "install.log"))
    with open(os.devnull) as guard:
        failed = bootstrap.install(["requirements.txt"], guard.fileno())
    assert words in failed
    assert "\n" not in failed


def test_environment_in_which_pip_was_killed_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path))
    monkeypatch.setattr(bootstrap, "UNFINISHED", str(tmp_path / ".unfinished"))
    made = []
    done = types.SimpleNamespace(returncode=0)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda command, **_: made.append(command) or done)
    bootstrap.make_venv()
    assert made == []
    (tmp_path / ".unfinished").touch()
    bootstrap.make_venv()
    assert made == [[sys.executable, "-m", "venv", "--clear", str(tmp_path)]]


def test_changed_lock_means_install_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    (tmp_path / "requirements.txt").write_text("a==1")
    assert not bootstrap.is_filled(["requirements.txt"])
    Path(bootstrap.stamp_path(["requirements.txt"])).write_text(bootstrap.stamp_of(["requirements.txt"]))
    assert bootstrap.is_filled(["requirements.txt"])
    (tmp_path / "requirements.txt").write_text("a==2")
    assert not bootstrap.is_filled(["requirements.txt"])


def test_services_start_before_settings_are_read() -> None:
    modules = "cli, checks, market, postgres, prepare, supervisor, valkey, locate"
    load = f"import sys; from ocop_market.runtime import {modules}"
    probe = f"{load}; sys.exit('ocop_market.settings' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_listener_of_a_free_port_is_unknown(free_port: int) -> None:
    assert processes.listener(free_port) == ""


def test_every_process_of_the_market_is_described(tmp_path: Path) -> None:
    names = [spec.name for spec in market.programs(DataDir(tmp_path), {}, 8000)]
    assert names == ["web", "worker", "beat", "relay"]


def test_a_demo_pays_at_a_standin_that_web_and_manage_py_know(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    data.write(STAMPS, {HAS_DEMO: "yes"})
    web, *_, standin = market.programs(data, {}, 8000)
    assert (standin.name, standin.argv[-1]) == ("standin", "http://127.0.0.1:8000/thanh-toan/vnpay/ipn/")
    told = {name: value for name, value in web.env.items() if name.startswith("VNPAY_")}
    assert told == locate.payment_standin(tmp_path)
    assert told["VNPAY_HASH_SECRET"] == standin.env["VNPAY_HASH_SECRET"] not in standin.argv
    assert all(told.values())


@pytest.mark.parametrize("name", ["VNPAY_PAY_URL", "VNPAY_PAY_URL_FILE"])
def test_beside_a_real_gateway_there_is_no_standin(tmp_path: Path, name: str) -> None:
    data = DataDir(tmp_path)
    data.write(STAMPS, {HAS_DEMO: "yes"})
    market.programs(data, {}, 8000)  # an earlier run had one
    names = [spec.name for spec in market.programs(data, {name: "https://pay.example"}, 8000)]
    assert "standin" not in names
    assert locate.payment_standin(tmp_path) == {}
