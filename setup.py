"""The page of a release at the package index: the README, whose links lead to the repository. See pyproject.toml."""

import re
import tomllib
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Repository"]


def with_absolute_links(text: str, version: str) -> str:
    """Return the README with the links and pictures of a version: the index has only the README itself."""
    tag = "master" if "dev" in version else f"v{version}"
    pages = re.sub(r"(?<!!)\[([^\]]*)\]\((?!https?:|#)", rf"[\1]({REPOSITORY}/blob/{tag}/", text)
    return re.sub(r"!\[([^\]]*)\]\((?!https?:)", rf"![\1]({REPOSITORY}/raw/{tag}/", pages)


setup(
    long_description=with_absolute_links((HERE / "README.md").read_text("utf-8"), PROJECT["version"]),
    long_description_content_type="text/markdown",
)
