"""The operation by a program that makes one call and prints what came of it as JSON.

usage: one_call.py NAME COMMAND...

The program takes the call as a line of JSON on standard input and its settings from the environment.
"""

import datetime
import json
import os
import subprocess
import sys

from service import ANSWER, EXCEPTIONS, QUESTION, Service, check

name, *command = sys.argv[1:]


def ask(service, parameters):
    output = subprocess.run(
        command,
        input=json.dumps({"call": "DescribeChannelMembershipForAppInstanceUser", "with": parameters}) + "\n",
        env={**service.variables, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    check("it printed JSON", output.stdout.startswith("{"), output)
    return json.loads(output.stdout)


def written(value):
    """Times as the programs write them."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {member: written(of) for member, of in value.items()} if isinstance(value, dict) else value


with Service() as service:
    said = ask(service, QUESTION)
    check("the page's response structure", said.get("answer") == written(ANSWER), said)
    check("status", said["status"] == 200, said)
    check("request id", len(said["requestId"]) == 36, said)

for exception, status, changes, fault in EXCEPTIONS:
    with Service(fault) as service:
        said = ask(service, {**QUESTION, **changes})
        check(exception, said.get("exception") == exception, said)
        check(exception, said["status"] == status and said["message"], said)
        check(exception, len(said["requestId"]) == 36, said)

print(f"{name}: {check.passed} checks passed")
