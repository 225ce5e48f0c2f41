"""The call by boto3: reads how many calls to make and how many at a time, and prints the processor time they took, in
nanoseconds.

usage: by_boto3.py ADDRESS
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

INSTANCE = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a"
QUESTION = {
    "ChannelArn": f"{INSTANCE}/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220",
    "AppInstanceUserArn": f"{INSTANCE}/user/alice",
    "ChimeBearer": f"{INSTANCE}/user/alice",
}

client = boto3.client(
    "chime-sdk-messaging",
    endpoint_url=f"http://{sys.argv[1]}",
    region_name="us-east-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="not/a+real/secret",
    config=Config(max_pool_connections=32),
)


def ask(_):
    membership = client.describe_channel_membership_for_app_instance_user(**QUESTION)["ChannelMembership"]
    last = membership["ChannelSummary"]["LastMessageTimestamp"]
    assert last > membership["AppInstanceUserMembershipSummary"]["ReadMarkerTimestamp"]


for line in sys.stdin:
    calls, in_flight = map(int, line.split())
    before = time.process_time_ns()
    with ThreadPoolExecutor(in_flight) as pool:
        list(pool.map(ask, range(calls)))
    print(time.process_time_ns() - before, flush=True)
