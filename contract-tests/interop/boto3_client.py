"""The operation by boto3: today's, or the documentation page's, whose namespace is `chime`.

usage: boto3_client.py chime|chime-sdk-messaging
"""

import sys

import boto3
from botocore.config import Config

from service import ANSWER, EXCEPTIONS, QUESTION, Service, check

namespace = sys.argv[1]


def client(service, retries=0):
    options = {"retries": {"max_attempts": retries}}
    if namespace == "chime":
        # It would put `messaging-` before an IP address.
        options["inject_host_prefix"] = False
    return boto3.client(
        namespace,
        endpoint_url=service.url,
        region_name=service.variables["AWS_REGION"],
        aws_access_key_id=service.variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=service.variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(**options),
    )


def expect(service, name, status, parameters):
    chime = client(service)
    try:
        answer = chime.describe_channel_membership_for_app_instance_user(**parameters)
    except getattr(chime.exceptions, name) as error:
        response = error.response
        check(name, response["Error"]["Code"] == name, response)
        check(name, response["Error"]["Message"], response)
        check(name, response["ResponseMetadata"]["HTTPStatusCode"] == status, response)
        check(name, len(response["ResponseMetadata"]["RequestId"]) == 36, response)
    else:
        check(name, False, f"{parameters} was answered {answer}")


with Service() as service:
    answer = client(service).describe_channel_membership_for_app_instance_user(**QUESTION)
    metadata = answer.pop("ResponseMetadata")
    check("the page's response structure", answer == ANSWER, answer)
    check("status", metadata["HTTPStatusCode"] == 200, metadata)
    check("request id", len(metadata["RequestId"]) == 36, metadata)
    if namespace == "chime":
        # The page's table marks the bearer as optional; its note, and the service, insist on it.
        without_bearer = {name: value for name, value in QUESTION.items() if name != "ChimeBearer"}
        expect(service, "UnauthorizedClientException", 401, without_bearer)

for name, status, changes, fault in EXCEPTIONS:
    with Service(fault) as service:
        expect(service, name, status, {**QUESTION, **changes})

# The SDK's own retries get past a failure that passes.
with Service("ServiceFailureException:1") as service:
    answer = client(service, retries=2).describe_channel_membership_for_app_instance_user(**QUESTION)
    check("retries", answer["ResponseMetadata"]["RetryAttempts"] == 1, answer)

print(f"boto3 {boto3.__version__}, service {namespace}: {check.passed} checks passed")
