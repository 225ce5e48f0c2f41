"""The console of `chime local` in Chromium: its views, its actions, its protection and its speed.

usage: console.py DIRECTORY [PART…], of which DIRECTORY has `drive.mjs` and its packages
"""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

import boto3
from botocore.exceptions import ClientError

from service import APP_INSTANCE, Service

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:moderate"
DIRECTORY = pathlib.Path(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    """What the browser's driver and the service need beside them."""

    def do_GET(self):
        """A page of somebody else."""
        self.answer(b"<!doctype html><title>Other</title>", "text/html")

    def do_POST(self):
        """An operation by boto3: its service, its name and its parameters; or the processor of a channel flow."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "CallbackId" in body:
            self.process(body)
            return
        _, service, operation = self.path.split("/")
        try:
            response = getattr(clients[service], operation)(**body)
        except ClientError as error:
            response = error.response
        self.answer(json.dumps(response, default=str).encode())

    def process(self, event):
        """Denies a message, fails, never calls back, or lets the message through."""
        message = event["ChannelMessage"]
        fails = message["Content"] == "fail"
        self.answer(b'{"errorType":"KeyError","errorMessage":"fail"}' if fails else b"null")
        if message["Content"] not in ("fail", "wait"):
            clients["messaging"].channel_flow_callback(
                CallbackId=event["CallbackId"],
                ChannelArn=message["ChannelArn"],
                ChannelMessage={"MessageId": message["MessageId"]},
                DeleteResource=message["Content"] == "deny",
            )

    def answer(self, body, content_type="application/json"):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def large_world():
    """A channel with 10^5 messages, and an empty one."""
    def channel(name, messages):
        members = [{"Member": "alice"}, {"Member": "bob"}]
        created = "2026-01-01T00:00:00Z"
        return {"ChannelId": name, "Name": name.title(), "CreatedBy": "alice", "CreatedTimestamp": created,
                "Memberships": members, "Messages": messages}

    messages = [{"Sender": "alice", "Content": f"Message {number}"} for number in range(100_000)]
    users = [{"AppInstanceUserId": id, "Name": id.title()} for id in ("alice", "bob")]
    channels = [channel("large", messages), channel("busy", [])]
    return {"AppInstances": [
        {"AppInstanceArn": APP_INSTANCE, "Name": "Large", "Users": users, "Channels": channels}
    ]}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
beside = f"http://127.0.0.1:{server.server_port}"

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
    home = pathlib.Path(home)
    (home / "large.json").write_text(json.dumps(large_world()))
    log = home / "log.txt"
    with Service(options=["--lambda", f"{FUNCTION}={beside}/invocations"], log=log) as service:
        os.environ.update(service.variables)
        clients = {
            name: boto3.client(f"chime-sdk-{name}", endpoint_url=service.url) for name in ("messaging", "identity")
        }
        variables = {
            "HOME": str(home),
            "SERVICE": service.url.replace("127.0.0.1", "localhost"),
            "LARGE": str(home / "large.json"),
            "FREE_PORT": str(free_port()),
            "BESIDE": beside,
            "FUNCTION": FUNCTION,
            "LOG": str(log),
            "APP_INSTANCE": APP_INSTANCE,
            "RESULTS": str(DIRECTORY),
        }
        program = ["node", str(DIRECTORY / "drive.mjs"), *sys.argv[2:]]
        played = subprocess.run(program, env={**os.environ, **variables}, timeout=600)
        sys.exit(played.returncode)
