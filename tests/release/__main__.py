"""Build the sdist and the wheel, check them, and install the wheel where nothing else is. See CONTRIBUTING.md."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.release.archives import ROOT, built, digest, problems, run
from tests.release.installing import EDGES, PAIRS, interpreter, use


def main() -> int:
    """Run all checks, and return the exit code; what was built is in ``dist/``."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--all", action="store_true", help="install with all supported versions, not only the edges")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sdist, wheel = built(folder / "first")
        found = problems(sdist, wheel)
        for first, second in zip((sdist, wheel), built(folder / "second"), strict=True):
            if digest(first) != digest(second):
                found.append(f"{first.name}: two builds of the same files differ")
        print(run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel).strip())
        if found:
            print("\n".join(found))
            return 1
        if run("git", "status", "--porcelain").strip():
            print("The last commit is built: changes that are not committed are not in it.")
        for number, pair in enumerate(PAIRS if options.all else EDGES):
            python = interpreter(pair.python)
            if python is None:
                print(f"{pair}: not tried, there is no python{pair.python}")
                if "CI" in os.environ and pair in {PAIRS[0], PAIRS[-1]}:
                    return 1
                continue
            (folder / str(number)).mkdir()
            use(wheel, pair, python, folder / str(number))
            print(f"{pair}: installed, migrated, checked, an event delivered", flush=True)
        (ROOT / "dist").mkdir(exist_ok=True)
        for archive in (sdist, wheel):
            shutil.copy(archive, ROOT / "dist")
            print(f"dist/{archive.name}  sha256 {digest(archive)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
