"""The operation by the AWS CLI, whose output `chime` shares, and the exit codes of its second version.

The package index has the first version, which exits with 255 whatever went wrong.
"""

import os
import subprocess
import sys
import tempfile

from service import EXCEPTIONS, QUESTION, Service, check

OPERATION = "describe-channel-membership-for-app-instance-user"
FLAGS = {
    "ChannelArn": "--channel-arn",
    "AppInstanceUserArn": "--app-instance-user-arn",
    "ChimeBearer": "--chime-bearer",
}


def run(command, service, parameters, *more):
    arguments = [part for name, value in parameters.items() for part in (FLAGS[name], value)]
    environment = {
        **service.variables,
        "PATH": os.environ["PATH"],
        "AWS_CONFIG_FILE": CONFIGURATION,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_MAX_ATTEMPTS": "1",
    }
    return subprocess.run(
        [*command, OPERATION, *arguments, *more], env=environment, capture_output=True, text=True
    )


AWS = [os.path.join(os.path.dirname(sys.executable), "aws"), "chime-sdk-messaging"]
CHIME = [os.environ["CHIME"]]

with tempfile.NamedTemporaryFile("w", suffix=".ini") as configuration:
    # How the AWS CLI's second version shows times.
    configuration.write("[default]\ncli_timestamp_format = iso8601\n")
    configuration.flush()
    CONFIGURATION = configuration.name

    with Service() as service:
        for form in ("json", "text"):
            theirs = run(AWS, service, QUESTION, "--output", form)
            ours = run(CHIME, service, QUESTION, "--output", form)
            check(form, theirs.returncode == 0, theirs)
            check(form, ours.stdout == theirs.stdout, f"\nours:\n{ours.stdout}\ntheirs:\n{theirs.stdout}")

    for name, _, changes, fault in EXCEPTIONS:
        with Service(fault) as service:
            theirs = run(AWS, service, {**QUESTION, **changes})
            start = f"An error occurred ({name}) when calling the DescribeChannelMembershipForAppInstanceUser"
            check(name, start in theirs.stderr, theirs)
            # What `chime` refuses by itself never reaches the service.
            if name != "BadRequestException":
                ours = run(CHIME, service, {**QUESTION, **changes})
                check(name, ours.stderr.startswith(start), ours)
                check(name, ours.returncode == 254 and theirs.returncode == 255, f"{ours} {theirs}")

version = subprocess.run([AWS[0], "--version"], capture_output=True, text=True).stdout.split()[0]
version = version.replace("/", " ")
print(f"{version}: {check.passed} checks passed")
