"""boto3 as it comes: a call for each line on standard input, what came of it a line of JSON."""

import json
import os
import sys
import time

import boto3

# The settings are in the environment, where boto3 reads them itself.
client = boto3.client("chime-sdk-messaging")
if "--configuration" in sys.argv:
    print(json.dumps({"version": boto3.__version__, "retries": client.meta.config.retries}))
    sys.exit()

print("ready", flush=True)
for _ in sys.stdin:
    start = time.monotonic()
    try:
        answer = client.describe_channel_membership_for_app_instance_user(
            ChannelArn=os.environ["CHANNEL"],
            AppInstanceUserArn=os.environ["USER"],
            ChimeBearer=os.environ["USER"],
        )
        said = {"answer": "ChannelSummary" in answer.get("ChannelMembership", {})}
    except Exception as error:
        said = {"class": f"{type(error).__module__}.{type(error).__qualname__}", "text": str(error)}
    print(json.dumps({"seconds": time.monotonic() - start, **said}), flush=True)
