"""How the documentation is built: ``sphinx-build -W -n --keep-going -b html docs docs/_build/html``."""

import sys
from importlib import metadata
from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

# The tables of the reference are made from the code, and models need a project around them.
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "pinax.stripe"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

project = "pinax-stripe"
author = "pinax-stripe contributors"
copyright = "pinax-stripe contributors"
try:
    release = metadata.version("pinax-stripe")
except metadata.PackageNotFoundError:  # built from a checkout that is not installed
    release = "5.0.0.dev0"

extensions = ["myst_parser", "generated"]
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
