import subprocess
import sys


def test_the_migrations_say_what_the_models_say():
    # In a process of its own: the tests themselves make their tables from the models, which is quicker.
    arguments = ["makemigrations", "--check", "--dry-run", "--settings", "tests.settings"]
    checked = subprocess.run([sys.executable, "-m", "django", *arguments], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout.strip()) == (0, "No changes detected")
