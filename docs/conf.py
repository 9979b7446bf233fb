"""How the documentation is built: ``sphinx-build -W -n --keep-going -b html docs docs/_build/html``."""

import tomllib
from pathlib import Path

project = "pinax-stripe"
author = "pinax-stripe contributors"
copyright = "pinax-stripe contributors"
release = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["version"]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "pinax-stripe"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sphinx = False
