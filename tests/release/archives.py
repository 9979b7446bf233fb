"""Build the sdist and the wheel, and say what is wrong with them."""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
#: What an archive never has.
UNWANTED = {"__pycache__", ".git", ".venv", ".tox", ".coverage", "db.sqlite3", "_build"}
#: What a distributor needs to build and test from the sdist.
IN_SDIST = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "tests/settings.py",
    "docs/tutorial.md",
    "Makefile",
}


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
    """Build what git has of the working tree, in a folder of its own; return the sdist and the wheel.

    The sdist is built first, and the wheel from it.
    """
    source = out / "source"
    for name in run("git", "ls-files", "-co", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    at = run("git", "log", "-1", "--format=%ct").strip()
    run(sys.executable, "-m", "build", "--outdir", out, source, SOURCE_DATE_EPOCH=at)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return sdist, wheel


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def names_in(archive: Path) -> set[str]:
    """Return the names of the files in an sdist, below its folder, or in a wheel."""
    if archive.suffix == ".whl":
        with ZipFile(archive) as wheel:
            return set(wheel.namelist())
    with tarfile.open(archive) as sdist:
        return {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}


def problems(sdist: Path, wheel: Path) -> list[str]:
    """Return what is missing in the archives, and what should not be there."""
    of_package = {name for name in run("git", "ls-files", "pinax").splitlines() if (ROOT / name).is_file()}
    found = []
    for archive, wanted in ((sdist, of_package | IN_SDIST), (wheel, of_package)):
        names = names_in(archive)
        found += [f"{archive.name} lacks {name}" for name in sorted(wanted - names)]
        found += [f"{archive.name} has {name}" for name in sorted(names) if UNWANTED & set(PurePosixPath(name).parts)]
    return found
