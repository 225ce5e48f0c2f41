"""Real-time sessions by `amazon-chime-sdk-js` in Chromium, which trusts the authority of `chime local --tls`.

usage: browser.py DIRECTORY, which has the page, `drive.mjs` and its packages
"""

import datetime
import functools
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

from service import APP_INSTANCE, Service

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:moderate"
GUIDE = pathlib.Path(__file__).parent.parent.parent / "docs" / "browser-sessions.md"
GOLDEN = pathlib.Path(__file__).parent.parent / "data" / "browser-events.json"
CLOSE_CODES = GOLDEN.with_name("close-codes.json")
DIRECTORY = pathlib.Path(sys.argv[1])


class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Function(http.server.BaseHTTPRequestHandler):
    """A processor of a channel flow: it denies what sells something, and fails when it shall."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = event["ChannelMessage"]
        fails = message["Content"] == "crash"
        denies = str(message["Content"] == "Buy now").lower()
        body = json.dumps({"errorType": "KeyError", "errorMessage": "crash"}).encode() if fails else b"null"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if not fails:
            message = f"MessageId={message['MessageId']}"
            chime("channel-flow-callback", "--callback-id", event["CallbackId"], "--channel-message", message,
                  "--channel-arn", event["ChannelMessage"]["ChannelArn"], "--delete-resource", denies)

    def log_message(self, *_):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def chime(*arguments):
    """The output of a command."""
    return subprocess.run([os.environ["CHIME"], *arguments], check=True, capture_output=True, text=True).stdout


def prefetched():
    """60 channels: a third of them is unread, and the unread ones are among the oldest as well as the newest."""
    return [
        {"id": f"p{number}", "unread": number % 3 == 0, "last": f"2026-03-01T{number * 7 % 24:02}:{number:02}:00Z"}
        for number in range(58)
    ] + [
        {"id": "busy", "unread": True, "last": "2026-03-02T00:25:00Z"},
        {"id": "quiet", "unread": False, "last": "2026-03-02T00:00:00Z"},
    ]


def channel_of_paul(channel):
    count = 25 if channel["id"] == "busy" else 1
    start = datetime.datetime.fromisoformat(channel["last"]) - datetime.timedelta(minutes=count)
    messages = [
        {
            "Sender": "paul",
            "Content": f"Message {number}",
            "CreatedTimestamp": (start + datetime.timedelta(minutes=number)).isoformat(),
        }
        for number in range(1, count + 1)
    ]
    read = "2026-01-01T00:00:00Z" if channel["unread"] else channel["last"]
    paul = {"Member": "paul", "ReadMarkerTimestamp": read}
    others = [{"Member": f"m{number}"} for number in range(34)] if channel["id"] == "busy" else []
    return new_channel(channel["id"], [paul, *others], Messages=messages)


def new_channel(name, members, **more):
    members = [{"Member": member} if isinstance(member, str) else member for member in members]
    created = {"CreatedTimestamp": "2026-01-01T00:00:00Z"}
    return {"ChannelId": name, "Name": name.title(), "CreatedBy": "admin", "Memberships": members, **created, **more}


def world():
    users = ["admin", "alice", "bob", "carol", "dan", "paul"]
    users += [f"m{number}" for number in range(34)] + [f"e{number}" for number in range(10)]
    processor = {
        "Name": "Moderation",
        "Configuration": {"Lambda": {"ResourceArn": FUNCTION, "InvocationType": "ASYNC"}},
        "ExecutionOrder": 1,
        "FallbackAction": "ABORT",
    }
    elastic = {"MaximumSubChannels": 2, "TargetMembershipsPerSubChannel": 10, "MinimumMembershipPercentage": 40}
    # Alice is alone in a sub-channel, and the other one is full.
    sub_channels = [("1" * 32, ["alice"]), ("2" * 32, [f"e{number}" for number in range(10)])]
    divided = [{"Member": id, "SubChannelId": name} for name, ids in sub_channels for id in ids]
    channels = [
        new_channel("general", ["alice", "bob"]),
        new_channel("moderated", ["alice", "bob"], ChannelFlow="moderation"),
        new_channel("board", ["alice", "admin"], Moderators=["admin"]),
        new_channel("private", ["alice"], Privacy="PRIVATE"),
        new_channel(
            "elastic",
            divided,
            Mode="RESTRICTED",
            ElasticChannelConfiguration=elastic,
            SubChannels=[name for name, _ in sub_channels],
        ),
        *map(channel_of_paul, prefetched()),
    ]
    app_instance = {
        "AppInstanceArn": APP_INSTANCE,
        "Name": "Browser",
        "Users": [{"AppInstanceUserId": id, "Name": id.title()} for id in users],
        "Admins": ["admin"],
        "ChannelFlows": [{"ChannelFlowId": "moderation", "Name": "Moderation", "Processors": [processor]}],
        "Channels": channels,
    }
    return {"AppInstances": [app_instance]}


def trust(home, certificate):
    """Adds an authority to those that a browser with that home trusts."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "chime local", "-i", certificate], check=True)


def write_guide(directory, ports):
    """Writes the files of the documentation, with other ports, where Node finds the packages."""
    block = r"`([\w.]+)`[^`]*:\n\n```(?:json|html|js)\n(.*?)^```"
    files = re.findall(block, GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    names = [name for name, _ in files]
    if names != ["package.json", "index.html", "chat.js", "listen.mjs"]:
        raise SystemExit(f"FAILED: {GUIDE} has {names}")
    directory.mkdir(exist_ok=True)
    for name, text in files:
        for documented, port in ports.items():
            text = text.replace(f"localhost:{documented}", f"localhost:{port}")
        (directory / name).write_text(text)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
    home = pathlib.Path(home)
    os.environ["XDG_DATA_HOME"] = str(home / "share")
    (home / "ca.pem").write_text(chime("local", "--print-ca"))
    trust(home, home / "ca.pem")
    (home / "world.json").write_text(json.dumps(world()))
    function = f"{FUNCTION}=http://127.0.0.1:{serve(Function)}/2015-03-31/functions/function/invocations"
    pages = serve(functools.partial(Pages, directory=DIRECTORY / "pages"))
    with Service(options=["--tls", "--seed", str(home / "world.json"), "--lambda", function]) as service:
        os.environ.update(service.variables)
        port = free_port()
        write_guide(DIRECTORY / "guide", {3000: port, 8090: service.url.rpartition(":")[2]})
        variables = {
            "HOME": str(home),
            "SERVICE": service.url,
            "SECURE": service.https_url.replace("127.0.0.1", "localhost"),
            "PAGES": f"http://localhost:{pages}",
            "APP_INSTANCE": APP_INSTANCE,
            "CHANNELS": json.dumps(prefetched()),
            "GUIDE": f"http://localhost:{port}",
            "NODE_NO_WARNINGS": "1",
            "NODE_EXTRA_CA_CERTS": str(home / "ca.pem"),
            "GOLDEN": str(GOLDEN),
            "CLOSE_CODES": str(CLOSE_CODES),
            "RESULTS": str(DIRECTORY.parent),
        }
        program = ["node", str(DIRECTORY / "drive.mjs")]
        played = subprocess.run(program, env={**os.environ, **variables}, timeout=120)
        sys.exit(played.returncode)
