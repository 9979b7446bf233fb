"""The tutorial, from its first command to its last, in a folder and processes of its own."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from example.demo import PORTS

ROOT = Path(__file__).parents[2]
STEPS = re.findall(
    r"(?:<!-- (not executed)[^\n]*\n)?```(sh|python|text)\n(.*?)```",
    (ROOT / "docs" / "tutorial.md").read_text("utf-8"),
    re.DOTALL,
)
#: The ports of the site and of the fake Stripe on the page. ``make demo``, which may be running, has others.
WEB, API = "8765", "8766"


def free_ports(count):
    """Return ports that nobody listens on."""
    with ExitStack() as servers:
        opened = [servers.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in opened]


@pytest.fixture
def folder(tmp_path):
    """An empty folder, and how commands are run in it: with this Python, and with ports that are free."""
    return Folder(tmp_path, *free_ports(2))


class Folder:
    def __init__(self, path, web, api):
        self.path, self.web, self.api = path, web, api
        inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        own = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PYTHONUNBUFFERED": "1",
        }
        self.environment = {**inherited, **own}

    def own(self, text):
        """Return a text of the tutorial with the ports of this folder."""
        return text.replace(WEB, str(self.web)).replace(API, str(self.api))

    def write(self, text):
        """Write a file as the comment in its first line says: the whole of it, or an addition at its end."""
        name, _, where = text.partition("\n")[0].removeprefix("# ").partition(", ")
        file = self.path / name
        before = file.read_text("utf-8") if where == "at the end" else ""
        file.write_text(before + self.own(text), "utf-8")

    def run(self, command):
        """Run a command, and return what it says."""
        shell = ["sh", "-c", self.own(command)]
        done = subprocess.run(shell, cwd=self.path, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def follow(self, text):
        """Run a command, or post what a call of curl would post; return what it says."""
        if not text.startswith("curl"):
            return self.run(text)
        body = json.loads(re.search(r"--data '(.*)'", text, re.DOTALL)[1])
        return post(f"http://127.0.0.1:{self.web}/stripe/webhook/", body)

    def start(self, command):
        """Start the server, and wait until it listens."""
        command = self.own(command).strip().replace("python", sys.executable, 1)
        server = subprocess.Popen(
            [*command.split(), "--noreload"],
            cwd=self.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.web)) == 0:
                    return server
            time.sleep(0.05)
        server.kill()
        raise AssertionError(server.communicate()[0])


def test_the_tutorial_works_from_its_first_command_to_its_last_and_once_more(folder):
    said, promised, again, server = [], [], [], None
    try:
        for marked, language, text in STEPS:
            if language == "python":
                folder.write(text)
            elif language == "text":
                promised.append(text)
            elif "runserver" in text:
                server = folder.start(text)
            elif text.startswith("curl") or not marked:
                said.append(folder.follow(text))
                if server:
                    again.append(text)
        said_again = [folder.follow(text) for text in again]
    finally:
        if server:
            server.terminate()
            heard = server.communicate()[0]

    thanks, shell = promised
    assert thanks in heard
    assert heard.count("Thank you") == 2
    assert shell in said
    assert "200 received\n" in said
    assert said[-1] == "503 try again\n"
    assert any("no issues" in text for text in said)
    assert said_again == said[-len(again) :]
    assert len(again) == 3


def test_the_ports_of_the_tutorial_are_not_those_of_the_demo():
    text = "".join(text for _marked, _language, text in STEPS)

    assert set(re.findall(r"(?:127\.0\.0\.1:|port=|runserver )(\d+)", text)) == {WEB, API}
    assert not {WEB, API} & {str(port) for port in range(8000, 8000 + PORTS)}


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request):
        pass
    with refused.value as answer:
        return f"{answer.code} {answer.read().decode()}"
