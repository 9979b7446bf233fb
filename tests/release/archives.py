"""Build the sdist and the wheel, and say what is wrong with them."""

import gzip
import hashlib
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
#: What an archive never has.
UNWANTED = {"__pycache__", ".git", ".venv", ".tox", ".coverage", "db.sqlite3", "_build"}
#: What git has, and the sdist need not have.
ONLY_IN_GIT = {".gitignore"}


def run(*command: object, cwd: Path = ROOT, **environment: str) -> str:
    """Run a command, and return what it says.

    Raises:
        SystemExit: it fails; the message has its output.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}\nended with {done.returncode}.")
    return done.stdout


def built(out: Path) -> tuple[Path, Path]:
    """Build the last commit, in a folder of its own; return the sdist and the wheel.

    The sdist is built first, and the wheel from it.
    """
    source = out / "source"
    source.mkdir(parents=True)
    run("git", "archive", "--output", out / "source.tar", "HEAD")
    with tarfile.open(out / "source.tar") as archive:
        archive.extractall(source, filter="data")
    at = run("git", "log", "-1", "--format=%ct").strip()
    run(sys.executable, "-m", "build", "--outdir", out, source, SOURCE_DATE_EPOCH=at)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    _repack(sdist, int(at))
    return sdist, wheel


def _repack(sdist: Path, at: int) -> None:
    """Write an sdist again without what depends on the time and the user: setuptools does that for wheels only."""
    with tarfile.open(sdist) as archive:
        members = [(member, archive.extractfile(member)) for member in archive.getmembers() if member.isfile()]
        files = [(member.name, member.mode, file.read()) for member, file in members if file]
    with (
        sdist.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=at) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, mode, content in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), at, 0o755 if mode & 0o100 else 0o644
            archive.addfile(member, BytesIO(content))


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def files_in(archive: Path) -> dict[str, bytes]:
    """Return the files in an sdist, by their names below its folder, or in a wheel."""
    if archive.suffix == ".whl":
        with ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(archive) as sdist:
        members = [(member.name.partition("/")[2], sdist.extractfile(member)) for member in sdist.getmembers()]
        return {name: file.read() for name, file in members if file}


def problems(sdist: Path, wheel: Path) -> list[str]:
    """Return what is missing in the archives, and what should not be there."""
    tracked = set(run("git", "ls-tree", "-r", "--name-only", "HEAD").splitlines())
    of_package = {name for name in tracked if name.startswith("pinax/")}
    paths = {os.fsencode(path) for path in (ROOT, sdist.parent, Path.home())}
    found = []
    for archive, wanted in ((sdist, tracked - ONLY_IN_GIT), (wheel, of_package)):
        files = files_in(archive)
        found += [f"{archive.name} lacks {name}" for name in sorted(wanted - files.keys())]
        for name, content in sorted(files.items()):
            if UNWANTED & set(PurePosixPath(name).parts):
                found.append(f"{archive.name} has {name}")
            found += [f"{archive.name}: {name} names {path.decode()}" for path in paths if path + b"/" in content]
    return found
