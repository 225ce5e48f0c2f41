"""The scenario of `scenario.json`, played against `chime local` by one client.

usage: scenario.py NAME boto3 NAMESPACE | NAME aws | NAME command COMMAND... | NAME program COMMAND...

`boto3` and `aws`, the AWS CLI, play in this process; a `command` is a command line in its form, run once for each call;
a `program` reads calls as lines of JSON and writes what came of them as lines of JSON.

A text in the scenario that begins with `#` stands for any text of that kind and, after `>`, is remembered under a name
that `$` recalls. `later` names two times of which the first is the later one. `newer` is what the documentation page's
client does not have.
"""

import datetime
import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

from service import Service, check

STEPS = json.load(open(os.path.join(os.path.dirname(__file__), "scenario.json"), encoding="utf-8"))

KINDS = {
    "app-instance": r"arn:aws:chime:us-east-1:123456789012:app-instance/[0-9a-f-]{36}",
    "bot": r"arn:aws:chime:us-east-1:123456789012:app-instance/[0-9a-f-]{36}/bot/[0-9a-f-]{36}",
    "channel": r"arn:aws:chime:us-east-1:123456789012:app-instance/[0-9a-f-]{36}/channel/[0-9a-f]{64}",
    "hex64": r"[0-9a-f]{64}",
    "text": r".+",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "token": r"\S+",
}


def recall(value, names):
    """A value of the scenario with what was remembered in place of names."""
    if isinstance(value, dict):
        return {member: recall(of, names) for member, of in value.items()}
    if isinstance(value, list):
        return [recall(of, names) for of in value]
    if isinstance(value, str):
        return re.sub(r"\$(\w+)", lambda found: names[found[1]], value)
    return value


def same(expected, given, names):
    """Whether a value is as expected; remembers what is to be remembered."""
    if isinstance(expected, dict):
        return (
            isinstance(given, dict)
            and expected.keys() == given.keys()
            and all(same(of, given[member], names) for member, of in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(given, list)
            and len(expected) == len(given)
            and all(same(*pair, names) for pair in zip(expected, given))
        )
    if isinstance(expected, str) and expected.startswith("#"):
        kind, _, name = expected[1:].partition(">")
        names[name] = given
        return isinstance(given, str) and re.fullmatch(KINDS[kind], given) is not None
    return expected == given


def written(value):
    """A value with times as the scenario writes them."""
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.timezone.utc)
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, dict):
        return {member: written(of) for member, of in value.items()}
    if isinstance(value, list):
        return [written(of) for of in value]
    return value


def cli_name(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


class Boto3:
    """boto3 in this process. The documentation page's version has one namespace for both services."""

    def __init__(self, service, namespace):
        import boto3
        from botocore.config import Config

        self.page = namespace == "chime"
        # The page's version would put `messaging-` before an IP address.
        options = {"inject_host_prefix": False} if self.page else {}
        names = ["chime"] if self.page else ["chime-sdk-messaging", "chime-sdk-identity"]
        self.clients = [
            boto3.client(
                name,
                endpoint_url=service.url,
                region_name=service.variables["AWS_REGION"],
                aws_access_key_id=service.variables["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=service.variables["AWS_SECRET_ACCESS_KEY"],
                config=Config(retries={"max_attempts": 0}, **options),
            )
            for name in names
        ]

    def play(self, call, parameters):
        from botocore.exceptions import ClientError

        client = next(c for c in self.clients if call in c.meta.service_model.operation_names)
        try:
            answer = getattr(client, cli_name(call).replace("-", "_"))(**parameters)
        except ClientError as error:
            return {"exception": error.response["Error"]["Code"]}
        del answer["ResponseMetadata"]
        return {"answer": written(answer)}

    def known(self, call, answer):
        """What of an answer the client's version knows."""
        client = next(c for c in self.clients if call in c.meta.service_model.operation_names)
        return project(client.meta.service_model.operation_model(call).output_shape, answer)


def project(shape, value):
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {member: project(of, value[member]) for member, of in shape.members.items() if member in value}
    if shape.type_name == "list":
        return [project(shape.member, of) for of in value]
    return value


class Command:
    """A command line in the AWS CLI's form."""

    page = False

    def __init__(self, service, *command):
        self.command = command
        self.environment = {
            **service.variables,
            "PATH": os.environ["PATH"],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_MAX_ATTEMPTS": "1",
        }

    def play(self, call, parameters):
        flags = []
        for member, value in parameters.items():
            flags += [f"--{cli_name(member)}", value if isinstance(value, str) else json.dumps(value)]
        run = self.run([*self.command, cli_name(call), *flags], call)
        refused = re.search(r"An error occurred \((\w+)\) when calling", run.stderr)
        if refused:
            return {"exception": refused[1]}
        check(call, run.returncode == 0, run)
        return {"answer": json.loads(run.stdout or "{}", object_hook=self.times)}

    def run(self, command, _):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True)

    @staticmethod
    def times(structure):
        """Both command lines write times as texts or as numbers, under names that end alike."""
        for member, value in structure.items():
            if member.endswith("Timestamp"):
                time = value if isinstance(value, str) else None
                structure[member] = written(
                    datetime.datetime.fromisoformat(time)
                    if time
                    else datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
                )
        return structure


class AwsCli(Command):
    """The AWS CLI in this process: it takes most of a second to start, and there are many calls."""

    def __init__(self, service):
        super().__init__(service)
        os.environ.update(self.environment)
        import awscli.clidriver

        self.driver = awscli.clidriver.create_clidriver()
        self.identity = self.driver.session.get_service_model("chime-sdk-identity").operation_names

    def run(self, command, call):
        service = "chime-sdk-identity" if call in self.identity else "chime-sdk-messaging"
        with redirect_stdout(io.StringIO()) as stdout, redirect_stderr(io.StringIO()) as stderr:
            status = self.driver.main([service, *command, "--no-paginate"])
        return subprocess.CompletedProcess(command, status, stdout.getvalue(), stderr.getvalue())


class Program:
    """A program that plays one call for each line."""

    page = False

    def __init__(self, service, *command):
        self.process = subprocess.Popen(
            command,
            env={**service.variables, "PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, call, parameters):
        print(json.dumps({"call": call, "with": parameters}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        check(call, line, "the program ended")
        return json.loads(line)


PLAYERS = {"boto3": Boto3, "aws": AwsCli, "command": Command, "program": Program}

name, player, *rest = sys.argv[1:]
with Service() as service:
    player = PLAYERS[player](service, *rest)
    names, played = {}, 0
    for step in STEPS:
        call = step["call"]
        if step.get("newer") and player.page:
            continue
        given = player.play(call, recall(step["with"], names))
        if "refused" in step:
            check(call, given.get("exception") == step["refused"], f"expected {step['refused']}, got {given}")
        else:
            expected = recall(step["answer"], names)
            if player.page:
                expected = player.known(call, expected)
            check(call, same(expected, given.get("answer"), names), f"\nexpected {expected}\ngot {given}")
        if "later" in step:
            later, earlier = (names[time] for time in step["later"])
            check(call, later > earlier, f"{later} is not later than {earlier}")
        played += 1

print(f"{name}: {played} steps of the scenario played, {check.passed} checks passed")
