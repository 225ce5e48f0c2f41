"""What botocore sends for each operation of both services, once with every parameter and once with those that are
required, to requests.json beside this file.

usage: pip install boto3==1.44.5; python record_requests.py
"""

import datetime
import io
import json
import pathlib

import boto3
from botocore.awsrequest import AWSResponse
from urllib3 import HTTPResponse

INSTANCE = "arn:aws:chime:us-east-1:123456789012:app-instance/i"
ARNS = {
    "AppInstanceArn": INSTANCE,
    "AppInstanceBotArn": f"{INSTANCE}/bot/x:/?#&=+~",
    "ChannelArn": f"{INSTANCE}/channel/a b%é",
    "ChannelFlowArn": f"{INSTANCE}/channel-flow/f",
    ("StreamingConfiguration", "ResourceArn"): "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events",
    # An application of Amazon Pinpoint, where a device is registered.
    ("RegisterAppInstanceUserEndpointRequest", "ResourceArn"):
        "arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a",
    # A stream of Kinesis.
    ("StreamingConfiguration", "ResourceArn"):
        "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events",
}
# Microseconds, since botocore writes six digits or none.
TIME = datetime.datetime(2021, 1, 7, 20, 35, 41, 85123, datetime.timezone.utc)
# What every client sends in its own way, and what depends on the time.
OF_THE_CLIENT = {"authorization", "content-length", "user-agent", "x-amz-date"}


def value(shape, name, within=None):
    if shape.type_name == "structure":
        return {member: value(of, member, shape.name) for member, of in shape.members.items()}
    if shape.type_name == "list":
        items = min(2, shape.metadata.get("max", 2))
        return [value(shape.member, name)] * items
    if shape.type_name == "map":
        return {value(shape.key, name): value(shape.value, name)}
    if shape.type_name == "integer":
        return shape.metadata.get("max", 100)
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "timestamp":
        return TIME
    if shape.metadata.get("enum"):
        return shape.metadata["enum"][-1]
    if shape.name == "LexBotAliasArn":
        return "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"
    if shape.name == "LexIntentName":
        return "Greet_them"
    if shape.name == "LambdaFunctionArn":
        return "arn:aws:lambda:us-east-1:123456789012:function:moderate"
    if shape.name.endswith("ChimeArn"):
        return ARNS.get((within, name)) or ARNS.get(name, f"{INSTANCE}/user/x:/?#&=+~")
    if shape.metadata.get("pattern", ".*") in (".*", r".*\S.*", r"[\s\S]*") or "u0009" in shape.metadata["pattern"]:
        return "a b/%+&=?#~\"\\é😀".ljust(shape.metadata.get("min", 0), "x")
    return "a-1".ljust(shape.metadata.get("min", 0), "x")


def plain(parameter):
    return parameter.isoformat().replace("+00:00", "Z")


recorded = []
for service in ("chime-sdk-messaging", "chime-sdk-identity"):
    client = boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
    )
    sent = []

    def record(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 200, {}, HTTPResponse(io.BytesIO(b"{}"), preload_content=False))

    client.meta.events.register("before-send", record)
    for method, operation in client.meta.method_to_api_mapping.items():
        shape = client.meta.service_model.operation_model(operation).input_shape
        everything = value(shape, operation)
        required = {name: everything[name] for name in shape.required_members}
        for parameters in [everything, required] if required != everything else [everything]:
            getattr(client, method)(**parameters)
            request = sent.pop()
            _, _, host, target = request.url.split("/", 3)
            headers = {name.lower(): text for name, text in request.headers.items()}
            headers = {
                name: text.decode() if isinstance(text, bytes) else text
                for name, text in sorted(headers.items())
                if name not in OF_THE_CLIENT and not name.startswith("amz-sdk-")
            }
            recorded.append(
                {
                    "operation": operation,
                    "input": json.loads(json.dumps(parameters, default=plain)),
                    "method": request.method,
                    "host": host,
                    "target": f"/{target}",
                    "headers": headers,
                    "body": json.loads(request.body) if request.body else None,
                }
            )

lines = ",\n".join(json.dumps(request, ensure_ascii=False) for request in recorded)
pathlib.Path(__file__).with_name("requests.json").write_text(f"[\n{lines}\n]\n")
