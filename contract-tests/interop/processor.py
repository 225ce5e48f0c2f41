"""A processor of a channel flow, in Python: an HTTP server that stands for a Lambda function and calls back with boto3.

It lets messages through, changes and denies them, answers with a failure, never calls back, and calls back too late.

usage: processor.py
"""

import http.server
import json
import queue
import threading
import urllib.request

import boto3
from botocore.config import Config

from service import ALICE, APP_INSTANCE, BOB, GENERAL, Service, check

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:moderate"
PATH = "/2015-03-31/functions/function/invocations"
ADMIN = f"{APP_INSTANCE}/user/admin"


class Function(http.server.BaseHTTPRequestHandler):
    """Lambda's Invoke, as the runtime interface emulator has it."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        invoked.put((self.path, self.headers["X-Amz-Invocation-Type"], event))
        fails = event["ChannelMessage"]["Content"] == "crash"
        body = json.dumps({"errorType": "KeyError", "errorMessage": "crash"}).encode() if fails else b"null"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def moderate(event, **answer):
    """The core of the function: what it answers."""
    message = event["ChannelMessage"]
    return messaging.channel_flow_callback(
        CallbackId=event["CallbackId"],
        ChannelArn=message["ChannelArn"],
        ChannelMessage={"MessageId": message["MessageId"], **answer.pop("change", {})},
        **answer,
    )


def send(content, **more):
    parameters = {"Type": "STANDARD", "Persistence": "PERSISTENT", "ChimeBearer": ALICE, **more}
    sent = messaging.send_channel_message(ChannelArn=GENERAL, Content=content, **parameters)
    check("pending", sent["Status"] == {"Value": "PENDING"}, sent)
    return sent["MessageId"]


def next_event():
    path, kind, event = invoked.get(timeout=30)
    check("invocation", (path, kind) == (PATH, "Event"), (path, kind))
    check("event", event["EventType"] == "CHANNEL_MESSAGE_EVENT" and len(event["CallbackId"]) >= 32, event)
    return event


def status(message):
    answer = messaging.get_channel_message_status(ChannelArn=GENERAL, MessageId=message, ChimeBearer=ALICE)
    return answer["Status"]["Value"]


def seen_by_bob(message):
    try:
        answer = messaging.get_channel_message(ChannelArn=GENERAL, MessageId=message, ChimeBearer=BOB)
    except messaging.exceptions.NotFoundException:
        return None
    return answer["ChannelMessage"]["Content"]


def refused(name, call, *arguments, **parameters):
    try:
        check(name, False, call(*arguments, **parameters))
    except getattr(messaging.exceptions, name):
        check(name, True)


def advance(service, duration):
    request = urllib.request.Request(
        f"{service.url}/_local/clock",
        data=json.dumps({"advance": duration}).encode(),
        headers={"x-chime-local": "admin"},
        method="POST",
    )
    urllib.request.urlopen(request).close()


invoked = queue.Queue()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}{PATH}"

with Service(options=["--lambda", f"{FUNCTION}={url}"]) as service:
    messaging = boto3.client(
        "chime-sdk-messaging",
        endpoint_url=service.url,
        region_name=service.variables["AWS_REGION"],
        aws_access_key_id=service.variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=service.variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"max_attempts": 0}),
    )
    flow = messaging.create_channel_flow(
        AppInstanceArn=APP_INSTANCE,
        Name="Moderation",
        Processors=[
            {
                "Name": "Moderation",
                "Configuration": {"Lambda": {"ResourceArn": FUNCTION, "InvocationType": "ASYNC"}},
                "ExecutionOrder": 1,
                "FallbackAction": "ABORT",
            }
        ],
    )["ChannelFlowArn"]
    messaging.associate_channel_flow(ChannelArn=GENERAL, ChannelFlowArn=flow, ChimeBearer=ADMIN)
    described = messaging.describe_channel(ChannelArn=GENERAL, ChimeBearer=ADMIN)["Channel"]
    check("the channel has the flow", described["ChannelFlowArn"] == flow, described)

    message = send("Hello")
    event = next_event()
    sent = event["ChannelMessage"]
    check("the message", (sent["MessageId"], sent["Content"]) == (message, "Hello"), sent)
    check("the sender", sent["Sender"] == {"Arn": ALICE, "Name": "Alice"}, sent)
    check("the time", sent["CreatedTimestamp"].endswith("Z") and len(sent["CreatedTimestamp"]) == 24, sent)
    check("only the sender sees it", (status(message), seen_by_bob(message)) == ("PENDING", None))
    answer = moderate(event)
    check("the answer", (answer["CallbackId"], answer["ChannelArn"]) == (event["CallbackId"], GENERAL), answer)
    check("let through", (status(message), seen_by_bob(message)) == ("SENT", "Hello"))
    moderate(event)
    refused("ConflictException", moderate, event, DeleteResource=True)

    changed = send("Well, damn", Metadata="{}")
    moderate(next_event(), change={"Content": "Well, ****", "Metadata": '{"moderated":true}'})
    check("changed", seen_by_bob(changed) == "Well, ****")

    denied = send("Buy now")
    moderate(next_event(), DeleteResource=True)
    check("denied", seen_by_bob(denied) is None)
    refused(
        "ForbiddenException",
        messaging.get_channel_message_status,
        ChannelArn=GENERAL,
        MessageId=denied,
        ChimeBearer=ALICE,
    )

    send("Here now", Persistence="NON_PERSISTENT", Target=[{"MemberArn": BOB}])
    event = next_event()
    check("the target", event["ChannelMessage"]["Target"] == [{"MemberArn": BOB}], event)
    moderate(event)

    updated = messaging.update_channel_message(
        ChannelArn=GENERAL, MessageId=message, Content="Hello all", ChimeBearer=ALICE
    )
    check("a change is pending", updated["Status"]["Value"] == "PENDING", updated)
    event = next_event()
    check("an edited message", "LastEditedTimestamp" in event["ChannelMessage"], event)
    check("as it was", seen_by_bob(message) == "Hello")
    moderate(event)
    check("as it is now", seen_by_bob(message) == "Hello all")

    crashed = send("crash")
    refused_event = next_event()
    while status(crashed) == "PENDING":
        pass
    check("a function that fails", (status(crashed), seen_by_bob(crashed)) == ("FAILED", None))
    refused("ForbiddenException", moderate, refused_event)

    late = send("Wait for it")
    event = next_event()
    advance(service, "P1DT23H")
    check("still pending", status(late) == "PENDING")
    advance(service, "PT1H")
    check("never called back", (status(late), seen_by_bob(late)) == ("FAILED", None))
    refused("ForbiddenException", moderate, event)

    messaging.disassociate_channel_flow(ChannelArn=GENERAL, ChannelFlowArn=flow, ChimeBearer=ADMIN)
    messaging.delete_channel_flow(ChannelFlowArn=flow)
    check("no more events", invoked.empty())

server.shutdown()
print(f"a processor in Python: {check.passed} checks passed")
