"""The recipes of the guide: its code blocks as files, and those run that need neither pytest nor Node.

usage: recipes.py write DIRECTORY | run

A block whose first line is a comment with a file's name is that file. `write` writes all of them; `run` runs the shell
scripts, and starts the service as the compose file does.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).parent.parent.parent / "docs" / "guide" / "6-recipes.md"
EXPECTED = {
    "conftest.py", "test_channels.py", "local.mjs", "channels.test.mjs", "ready.sh", "reset.sh", "compose.yaml",
}


def recipes():
    blocks = re.findall(r"^```\w+\n(?:#|//) (\S+\.\w+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    files = dict(blocks)
    if set(files) != EXPECTED or len(blocks) != len(files):
        raise SystemExit(f"FAILED: {PAGE} has {sorted(name for name, _ in blocks)}")
    return files


def write(directory):
    for name, text in recipes().items():
        path = pathlib.Path(directory) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def run_scripts(files):
    """The service of the first script is there for the second."""
    with tempfile.TemporaryDirectory() as directory:
        script = f"set -euo pipefail\n{files['ready.sh']}\n{files['reset.sh']}\nkill $!\n"
        environment = {**os.environ, "PORT": free_port()}
        subprocess.run(["bash", "-c", script], check=True, cwd=directory, env=environment, stdout=subprocess.DEVNULL)


def run_compose(files):
    """The command and the health check of the service `chime`, without a container."""
    import yaml  # Not needed to write the files.

    services = yaml.safe_load(files["compose.yaml"])["services"]
    chime, tests = services["chime"], services["tests"]
    port = free_port()
    variables = {**chime["environment"], "CHIME_LOCAL_PORT": port}
    command = re.findall(r'^CMD \["(.*)"\]$', chime["build"]["dockerfile_inline"], re.MULTILINE)[0].split('", "')
    check = [word.replace(":8090/", f":{port}/") for word in chime["healthcheck"]["test"][1:]]
    waits = ["--retry", "50", "--retry-delay", "1", "--retry-connrefused"]
    with subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True) as process:
        try:
            subprocess.run([check[0], *waits, *check[1:]], check=True, stdout=subprocess.DEVNULL)
            # The tests call it by its name.
            by_name = ["--header", f"Host: chime:{port}"]
            subprocess.run([*check, *by_name], check=True, stdout=subprocess.DEVNULL)
            # What the tests have is what the service prints.
            printed = {}
            for line in process.stdout:
                if line.strip().startswith("export "):
                    printed.update(pair.split("=", 1) for pair in line.split()[1:])
                if "AWS_REGION" in printed:
                    break
        finally:
            process.terminate()
    for name, value in tests["environment"].items():
        expected = printed[name] if "URL" not in name else "http://chime:8090"
        if value != expected:
            raise SystemExit(f"FAILED: {name} is {value!r} in the compose file and {expected!r} in the greeting")


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    run_scripts(recipes())
    run_compose(recipes())
    print("the recipes for the shell and for compose: passed")
