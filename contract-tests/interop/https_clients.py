"""The operation over HTTPS, by clients that trust the certificate authority of `chime local --tls`.

usage: https_clients.py [NAME COMMAND...]

Without arguments, the clients are boto3, Python's own, curl and `chime`. Otherwise it is a program as of `one_call.py`.
"""

import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from service import ANSWER, QUESTION, Service, check

name, *command = sys.argv[1:] or ["boto3, Python, curl, chime"]


def run(arguments, variables, sent=None):
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(arguments, input=sent, env=environment, capture_output=True, text=True)


def variables_of(service):
    """The printed ones, with the other address."""
    return {key: service.https_url if "URL" in key else value for key, value in service.variables.items()}


def program(service, certificate):
    sent = json.dumps({"call": "DescribeChannelMembershipForAppInstanceUser", "with": QUESTION}) + "\n"
    for trusted in [{"NODE_EXTRA_CA_CERTS": certificate}, {}]:
        output = run(command, {**variables_of(service), **trusted}, sent)
        check(f"HTTPS with {trusted}", '"status":200' in output.stdout if trusted else "\"answer\"" not in output.stdout, output)


def python(service, certificate):
    import boto3
    import botocore.exceptions

    def describe(verify):
        client = boto3.client("chime-sdk-messaging", endpoint_url=service.https_url, verify=verify)
        return client.describe_channel_membership_for_app_instance_user(**QUESTION)

    os.environ.update(service.variables)
    answer = describe(certificate)
    check("boto3", answer["ChannelMembership"] == ANSWER["ChannelMembership"], answer)
    try:
        check("boto3 without the authority", False, describe(True))
    except botocore.exceptions.SSLError:
        check("boto3 without the authority", True)

    health = service.https_url + "/_local/health"
    context = ssl.create_default_context(cafile=certificate)
    with urllib.request.urlopen(health, context=context) as answer:
        check("Python's own client", json.load(answer) == {"Status": "OK"})
    try:
        urllib.request.urlopen(health)
        check("Python's own client without the authority", False)
    except urllib.error.URLError as error:
        check("Python's own client without the authority", "CERTIFICATE_VERIFY_FAILED" in str(error), error)


def curl(service, certificate):
    for url in [service.https_url, service.https_url.replace("localhost", "127.0.0.1"), service.url]:
        answered = run(["curl", "--silent", "--show-error", "--cacert", certificate, f"{url}/_local/health"], {})
        check(f"curl {url}", answered.stdout == '{"Status":"OK"}', answered)
    refused = run(["curl", "--silent", "--show-error", f"{service.https_url}/_local/health"], {})
    check("curl without the authority", refused.returncode == 60, refused)


def chime(service, certificate):
    arguments = ["--channel-arn", QUESTION["ChannelArn"], "--chime-bearer", QUESTION["ChimeBearer"]]
    variables = {**variables_of(service), "AWS_CA_BUNDLE": certificate}
    described = run([os.environ["CHIME"], "describe-channel", *arguments], variables)
    check("chime", described.returncode == 0, described)


with tempfile.TemporaryDirectory() as directory:
    os.environ["XDG_DATA_HOME"] = directory
    certificate = os.path.join(directory, "chime-local", "ca.pem")
    with Service(options=["--tls"]) as service:
        if command:
            program(service, certificate)
        else:
            python(service, certificate)
            chime(service, certificate)
            if shutil.which("curl"):
                curl(service, certificate)

print(f"HTTPS by {name}: {check.passed} checks passed")
