"""Records that `chime local` delivers to Kinesis and Firehose, as moto's server serves them, through an outage of it.

usage: streams.py
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.exceptions
from service import ALICE, APP_INSTANCE, GENERAL, Service, check

BOARD = GENERAL.replace("general", "board")
ACCOUNT = "us-east-1:123456789012"
KINESIS = "chime-messaging-messages"
FIREHOSE = "chime-messaging-channels"
# The longest time for anything here, in seconds.
LIMIT = 60


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def client(name, url):
    return boto3.client(name, endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def wait(what, condition):
    end = time.monotonic() + LIMIT
    while not (found := condition()):
        if time.monotonic() > end:
            raise SystemExit(f"FAILED: {what}: not within {LIMIT} s")
        time.sleep(0.05)
    return found


class Moto:
    """moto's server with a stream and a delivery stream, whose contents end with it."""

    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self):
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.kinesis, s3 = client("kinesis", self.url), client("s3", self.url)
        wait("moto", lambda: self.answers(s3))
        s3.create_bucket(Bucket="records")
        destination = {"RoleARN": "arn:aws:iam::123456789012:role/r", "BucketARN": "arn:aws:s3:::records"}
        firehose = client("firehose", self.url)
        firehose.create_delivery_stream(DeliveryStreamName=FIREHOSE, ExtendedS3DestinationConfiguration=destination)
        # Last, since the records of messages are those that wait.
        self.kinesis.create_stream(StreamName=KINESIS, ShardCount=2)
        self.s3 = s3
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @staticmethod
    def answers(s3):
        try:
            return s3.list_buckets()
        except botocore.exceptions.BotoCoreError:
            return None

    def messages(self):
        """The contents of the messages in the stream, by channel and in order, and what else is in it."""
        contents = {}
        for shard in self.kinesis.list_shards(StreamName=KINESIS)["Shards"]:
            start = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self.kinesis.get_shard_iterator(StreamName=KINESIS, **start)["ShardIterator"]
            for record in self.kinesis.get_records(ShardIterator=iterator)["Records"]:
                event = json.loads(record["Data"])
                check("the event's type", event["EventType"] == "CREATE_CHANNEL_MESSAGE", event)
                check("the partition key", record["PartitionKey"] == event["Payload"]["ChannelArn"], record)
                contents.setdefault(record["PartitionKey"], []).append(event["Payload"]["Content"])
        return contents

    def delivered(self):
        """The events in the bucket of the delivery stream."""
        keys = [found["Key"] for found in self.s3.list_objects_v2(Bucket="records").get("Contents", [])]
        return [json.loads(self.s3.get_object(Bucket="records", Key=key)["Body"].read()) for key in keys]


def messages(numbers):
    return {channel: [f"{channel[-7:]} {number}" for number in numbers] for channel in (GENERAL, BOARD)}


def send(chime, numbers):
    for number in numbers:
        for channel in (GENERAL, BOARD):
            content = f"{channel[-7:]} {number}"
            chime.send_channel_message(
                ChannelArn=channel, Content=content, Type="STANDARD", Persistence="PERSISTENT", ChimeBearer=ALICE
            )


port = free_port()
with tempfile.TemporaryDirectory() as directory:
    log = pathlib.Path(directory, "log")
    options = ["--kinesis-endpoint", f"http://127.0.0.1:{port}", "--data", f"{directory}/world.db"]
    with Service(options=options, log=log) as service:
        os.environ.update(service.variables)
        chime = boto3.client("chime-sdk-messaging")
        chime.put_messaging_streaming_configurations(
            AppInstanceArn=APP_INSTANCE,
            StreamingConfigurations=[
                {"DataType": "ChannelMessage", "ResourceArn": f"arn:aws:kinesis:{ACCOUNT}:stream/{KINESIS}"},
                {"DataType": "Channel", "ResourceArn": f"arn:aws:firehose:{ACCOUNT}:deliverystream/{FIREHOSE}"},
            ],
        )
        with Moto(port) as moto:
            send(chime, range(10))
            wait("the first records", lambda: moto.messages() == messages(range(10)))
            chime.update_channel(ChannelArn=GENERAL, Name="New", ChimeBearer=f"{APP_INSTANCE}/user/admin")
            events = wait("the delivery stream", moto.delivered)
            check("the event of a channel", events[0]["EventType"] == "UPDATE_CHANNEL", events)
            check("the name of a channel", events[0]["Payload"]["Name"] == "New", events)
        send(chime, range(10, 30))
        with Moto(port) as moto:
            wait("the records of the outage", lambda: moto.messages() == messages(range(10, 30)))
            wait("the end of the outage", lambda: "accepts records again" in log.read_text())
        send(chime, range(30, 35))
    lines = [line for line in log.read_text().splitlines() if KINESIS in line]
    check("the log names each outage once", len(lines) in (2, 3) and "its records wait" in lines[0], lines)
    check("the log names the end of an outage", "accepts records again" in lines[1], lines)
    # The service starts again, with what it could not deliver.
    with Service(options=options) as service, Moto(port) as moto:
        wait("the records of the service before", lambda: moto.messages() == messages(range(30, 35)))
print(f"Kinesis and Firehose by moto: {check.passed} checks passed")
