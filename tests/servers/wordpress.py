"""A real WordPress on loopback: its own MariaDB, PHP's own web server, all in one temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

SCRIPTS = Path(__file__).parent / "wordpress_php"
PACKAGE = Path("/usr/share/wordpress")
SOCKET_PATH = 90  # a Unix socket's path may hold about 100 characters


def find_missing() -> str | None:
    """What a real WordPress lacks on this machine, or None when nothing does."""
    needed = ("php", "mariadbd", "mariadb-install-db", "mariadb")
    missing = [name for name in needed if shutil.which(name, path=_search_path()) is None]
    if not (PACKAGE / "wp-load.php").is_file():
        missing.append(str(PACKAGE))
    return f"a real WordPress needs {', '.join(missing)} (see .ci/run)" if missing else None


@dataclass
class WordPress:
    """The running site. `act` changes it by WordPress' own functions, as its editors would."""

    folder: Path
    url: str
    user: str = ""
    password: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def act(self, *steps: tuple[str, object]) -> list[int]:
        """Do each (verb, argument) of act.php; the results, in order: the new id where something is added."""
        asked = json.dumps(steps).encode()
        done = subprocess.run(
            ["php", "act.php"], cwd=self.folder, input=asked, capture_output=True, check=False, timeout=120
        )
        if done.returncode or not done.stdout.startswith(b"["):
            raise RuntimeError(f"act.php: {done.stdout.decode()[-500:]} {done.stderr.decode()[-500:]}")
        results: list[int] = json.loads(done.stdout)
        return results

    def close_rest(self, how: str = "401") -> None:
        """From now on REST answers with this status, or with a web page where `how` is "html"."""
        (self.folder / "closed").write_text(how)

    def open_rest(self) -> None:
        (self.folder / "closed").unlink(missing_ok=True)

    def take_requests(self) -> list[str]:
        """The requests since the last call, in order."""
        log = self.folder / "requests.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(timeout=30)


def start_wordpress(folder: Path) -> WordPress:
    """Install and start a WordPress below `folder`; it is empty of posts and comments."""
    site = WordPress(folder=folder, url=f"http://127.0.0.1:{_find_port()}")
    try:
        _start_database(site)
        _install(site)
        _start_web(site)
    except BaseException:
        site.stop()
        raise
    return site


def _start_database(site: WordPress) -> None:
    folder = site.folder
    path = folder / "my.sock"
    if len(str(path)) > SOCKET_PATH:
        raise RuntimeError(f"{path}: the folder's name is too long for a Unix socket")
    (folder / "db").mkdir()
    user = ["--user=root"] if os.geteuid() == 0 else []  # another user could not reach pytest's folders
    _run(
        "mariadb-install-db",
        "--no-defaults",
        *user,
        f"--datadir={folder / 'db'}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    )
    arguments = [
        "mariadbd",
        "--no-defaults",
        *user,
        f"--datadir={folder / 'db'}",
        f"--socket={path}",
        f"--pid-file={folder / 'my.pid'}",
        "--skip-networking",
        "--innodb-buffer-pool-size=32M",
        "--innodb-flush-log-at-trx-commit=0",  # nothing here must survive a power cut
        "--performance-schema=OFF",
        "--skip-log-bin",
    ]
    site.processes.append(_spawn(arguments, folder / "db.log"))
    sql = (
        "CREATE DATABASE wp CHARACTER SET utf8mb4; CREATE USER wp@localhost IDENTIFIED BY 'wp';"
        " GRANT ALL ON wp.* TO wp@localhost"
    )
    _until(site, lambda: _works("mariadb", "--no-defaults", f"--socket={path}", "-uroot", "-e", "SELECT 1"))
    _run("mariadb", "--no-defaults", f"--socket={path}", "-uroot", "-e", sql)


def _install(site: WordPress) -> None:
    # Followed links: PHP resolves them, and WordPress would take the package's folder for its own.
    shutil.copytree(
        PACKAGE, site.folder / "site", ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns(".ht*")
    )
    (site.folder / "site.json").write_text(json.dumps({"url": site.url, "socket": str(site.folder / "my.sock")}))
    for name in ("router.php", "install.php", "act.php"):
        shutil.copy(SCRIPTS / name, site.folder)
    shutil.copy(SCRIPTS / "wp-config.php", site.folder / "site")
    plugins = site.folder / "site" / "wp-content" / "mu-plugins"
    plugins.mkdir()
    shutil.copy(SCRIPTS / "closed.php", plugins)
    made = json.loads(_run("php", str(site.folder / "install.php")).splitlines()[-1])
    site.user, site.password = made["user"], made["password"]
    site.act(("wipe", None))


def _start_web(site: WordPress) -> None:
    address = site.url.removeprefix("http://")
    arguments = ["php", "-S", address, "-t", str(site.folder / "site"), str(site.folder / "router.php")]
    site.processes.append(_spawn(arguments, site.folder / "php.log"))
    opener = build_opener(ProxyHandler({}))

    def answers() -> bool:
        try:
            with opener.open(site.url + "/robots.txt", timeout=30) as reply:
                return bool(reply.status == 200)
        except URLError:
            return False

    _until(site, answers)
    site.take_requests()


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _search_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": _search_path()}


def _run(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120, env=_environment())
    if done.returncode:
        raise RuntimeError(f"{arguments[0]}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def _works(*arguments: str) -> bool:
    return subprocess.run(arguments, capture_output=True, check=False, env=_environment(), timeout=30).returncode == 0


def _spawn(arguments: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=_environment()
        )


def _until(site: WordPress, ready: object, patience: float = 60) -> None:
    assert callable(ready)
    deadline = time.monotonic() + patience
    while not ready():
        ended = [process for process in site.processes if process.poll() is not None]
        if ended or time.monotonic() > deadline:
            logs = "".join(path.read_text(errors="replace")[-800:] for path in site.folder.glob("*.log"))
            raise RuntimeError(f"the test's WordPress did not start: {logs}")
        time.sleep(0.1)
