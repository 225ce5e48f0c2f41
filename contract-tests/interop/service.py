"""`chime local` as a process, and the questions that every client asks it."""

import datetime
import os
import subprocess

UTC = datetime.timezone.utc

# What `--local` and `chime local` know; `chime_local::Demo` describes it.
APP_INSTANCE = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a"
GENERAL = f"{APP_INSTANCE}/channel/general"
ALICE = f"{APP_INSTANCE}/user/alice"
BOB = f"{APP_INSTANCE}/user/bob"
NOBODY = f"{APP_INSTANCE}/user/nobody"

QUESTION = {"ChannelArn": GENERAL, "AppInstanceUserArn": ALICE, "ChimeBearer": ALICE}

ANSWER = {
    "ChannelMembership": {
        "ChannelSummary": {
            "Name": "General",
            "ChannelArn": GENERAL,
            "Mode": "UNRESTRICTED",
            "Privacy": "PUBLIC",
            "Metadata": '{"topic":"everything"}',
            "LastMessageTimestamp": datetime.datetime(2026, 2, 20, 9, 30, 0, 250000, UTC),
        },
        "AppInstanceUserMembershipSummary": {
            "Type": "DEFAULT",
            "ReadMarkerTimestamp": datetime.datetime(2026, 2, 20, 9, 28, 30, 250000, UTC),
        },
    }
}

# Exception, status, what makes the service answer so: changed parameters, or a fault.
EXCEPTIONS = [
    ("BadRequestException", 400, {"AppInstanceUserArn": "alice"}, None),
    ("BadRequestException", 400, {"ChannelArn": ALICE}, None),
    ("ForbiddenException", 403, {"AppInstanceUserArn": BOB}, None),
    ("ForbiddenException", 403, {"ChannelArn": f"{GENERAL}-not"}, None),
    ("UnauthorizedClientException", 401, {"ChimeBearer": NOBODY}, None),
    ("ThrottledClientException", 429, {}, "ThrottledClientException"),
    ("ServiceUnavailableException", 503, {}, "ServiceUnavailableException"),
    ("ServiceFailureException", 500, {}, "ServiceFailureException"),
]


class Service:
    """The process, between `with` and its end."""

    def __init__(self, fault=None, options=(), log=None):
        self.arguments = [*(["--fault", fault] if fault else []), *options]
        self.log = log

    def __enter__(self):
        quiet = [] if self.log else ["--quiet"]
        command = [os.environ["CHIME"], "local", *quiet, "--port", "0", *self.arguments]
        errors = open(self.log, "w") if self.log else None
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        if errors:
            errors.close()
        self.variables = {}
        for line in self.process.stdout:
            if "this machine:" in line:
                self.url = line.split()[-1]
            if line.startswith("HTTPS"):
                self.https_url = line.split()[-1]
            if line.strip().startswith("export "):
                self.variables.update(pair.split("=", 1) for pair in line.split()[1:])
            if "Ctrl-C" in line:
                break
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def check(what, condition, detail=""):
    """Stops at the first thing that is not as it should be."""
    if not condition:
        raise SystemExit(f"FAILED: {what} {detail}")
    check.passed += 1


check.passed = 0
