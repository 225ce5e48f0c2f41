"""Measures what each client does for each fault, and writes docs/faults.md.

usage: measure.py [WORD...]: only the faults whose names have one of the words, printed and not written
"""

import dataclasses
import gzip
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from peer import Certificates, Peer

LIMIT = 40
APP_INSTANCE = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a"
CHANNEL, USER = f"{APP_INSTANCE}/channel/general", f"{APP_INSTANCE}/user/alice"
REQUEST_ID = "9a2c1b1e-4b1d-4f7e-8a55-0d8a3f6f3c11"
DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "faults.md"

BOTO3 = shlex.split(os.environ["BOTO3"])
CLIENTS = {
    "chime-client": ([os.environ["OURS"]], {}),
    "official Rust SDK": ([os.environ["OFFICIAL"]], {}),
    "boto3": (BOTO3, {}),
    "boto3, legacy mode": (BOTO3, {"AWS_RETRY_MODE": "legacy"}),
}


def membership(name="General"):
    summary = {"Name": name, "ChannelArn": CHANNEL, "Mode": "UNRESTRICTED", "Privacy": "PUBLIC"}
    user = {"Type": "DEFAULT", "ReadMarkerTimestamp": 1771576110.25}
    return json.dumps({"ChannelMembership": {"ChannelSummary": summary, "AppInstanceUserMembershipSummary": user}}).encode()


def http(status="200 OK", body=None, headers=(), length=True):
    body = membership() if body is None else body
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"x-amzn-requestid: {REQUEST_ID}", *headers]
    if length:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def exception(status, name, message="The service's own words", headers=()):
    return http(status, json.dumps({"message": message}).encode(), [f"x-amzn-errortype: {name}", *headers])


@dataclasses.dataclass
class Fault:
    name: str
    # What the peer does with a connection; None where nobody listens.
    serve: Callable | None
    # The address, for the port of the peer.
    url: str = "http://127.0.0.1:{port}"
    calls: int = 1
    settings: dict = dataclasses.field(default_factory=dict)


# What a peer does.


def answering(*answers):
    """Each request of the run the next of the answers, and the last one ever after."""

    def serve(peer, connection):
        while connection.request():
            connection.send(answers[min(peer.requests, len(answers)) - 1])

    return serve


def then_closes(*parts):
    def serve(peer, connection):
        if connection.request():
            for part in parts:
                connection.send(part)

    return serve


def resets(sent=b""):
    def serve(peer, connection):
        if connection.request():
            connection.send(sent)
            connection.reset()

    return serve


def endless(start, part, seconds):
    def serve(peer, connection):
        if connection.request():
            connection.send(start)
            while not peer.over.wait(seconds):
                connection.send(part)

    return serve


def one_byte_at_a_time(peer, connection):
    while connection.request():
        for byte in http():
            connection.send(bytes([byte]))
            # Apart, so that they travel apart.
            peer.over.wait(0.002)


def silence(peer, connection):
    connection.request()
    peer.over.wait()


def stalled_handshake(peer, connection):
    connection.peek()
    peer.over.wait()


def redirect(peer, connection):
    while head := connection.request():
        elsewhere = "location: /elsewhere"
        connection.send(http() if head.startswith("GET /elsewhere") else http("307 Temporary Redirect", b"", [elsewhere]))


def over_tls(context):
    def serve(peer, connection):
        connection.tls(context)
        answering(http())(peer, connection)

    return serve


def proxy_that_refuses(context):
    """A proxy and the service at one port: TLS is for the service, and comes past the proxy."""

    def serve(peer, connection):
        if connection.peek() == b"\x16":
            return over_tls(context)(peer, connection)
        while connection.request():
            peer.count("connects")
            connection.send(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    return serve


def stale(then):
    """Answers the first request of the run and keeps its connection, of which `then` disposes; all others are fine."""

    def serve(peer, connection):
        first = peer.count("served") == 1
        while connection.request():
            connection.send(http())
            if first:
                then(connection)
                return

    def counted(peer, connection):
        peer.served = getattr(peer, "served", 0)
        serve(peer, connection)

    return counted


def closes_at_once(connection):
    connection.sock.close()
    connection.peer.ready.set()


def closes_unread(connection):
    connection.peer.ready.set()
    connection.peek()
    # Closed with something unread, which is a reset.
    connection.sock.close()


def closes_read(connection):
    connection.peer.ready.set()
    connection.request()


def another_clock(name, hours):
    def serve(peer, connection):
        while head := connection.request():
            now = datetime.now(timezone.utc) + timedelta(hours=hours)
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
            date = datetime.strptime(headers["x-amz-date"], "%Y%m%dt%H%M%Sz").replace(tzinfo=timezone.utc)
            dated = [f"date: {format_datetime(now, usegmt=True)}"]
            if abs(now - date) < timedelta(minutes=5):
                connection.send(http(headers=dated))
            else:
                message = f"Signature expired: {date:%Y%m%dT%H%M%SZ}, the service's time is {now:%Y%m%dT%H%M%SZ}"
                connection.send(exception("403 Forbidden", name, message, dated))

    return serve


def chunked(body):
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [body[:half], body[half:], b""])


def faults(certificates):
    good = http()
    head_end = good.index(b"\r\n\r\n") + 4
    transfer = ["transfer-encoding: chunked"]
    zipped = gzip.compress(membership())
    https = "https://127.0.0.1:{port}"
    trusted = {"SSL_CERT_FILE": certificates.authority, "AWS_CA_BUNDLE": certificates.authority}
    throttled = exception("429 Too Many Requests", "ThrottledClientException")
    failure = exception("500 Internal Server Error", "ServiceFailureException")
    yield Fault("none", answering(good))
    yield Fault("none, over TLS", over_tls(certificates.good), https, settings=trusted)
    yield Fault("connection refused", None)
    yield Fault("host name that does not exist", None, "http://messaging-chime.invalid")
    yield Fault("silence: the request is read and never answered", silence)
    yield Fault("reset before the head", resets())
    yield Fault("reset during the head", resets(good[:30]))
    yield Fault("reset within the body", resets(good[: head_end + 40]))
    yield Fault("closed before the content-length is reached", then_closes(good[: head_end + 40]))
    yield Fault(
        "body that never ends (chunked, 1 KiB every 50 ms)",
        endless(http(body=b"", headers=transfer, length=False), b"400\r\n" + b" " * 1024 + b"\r\n", 0.05),
    )
    yield Fault("head that never ends", endless(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"-" * 90 + b"\r\n", 0))
    yield Fault("garbage instead of HTTP", then_closes(b"\x00\x01\x02 no protocol at all\r\n\r\n"))
    yield Fault("answer that arrives one byte at a time", one_byte_at_a_time)
    yield Fault("answer of 64 MiB", answering(http(body=membership("-" * (64 << 20)))))
    yield Fault("100 Continue before the answer", answering(b"HTTP/1.1 100 Continue\r\n\r\n" + good))
    yield Fault("204 with a body", then_closes(http("204 No Content")))
    yield Fault("chunked answer", answering(http(body=chunked(membership()), headers=transfer, length=False)))
    yield Fault("gzip that the client did not request", answering(http(body=zipped, headers=["content-encoding: gzip"])))
    yield Fault("redirect (307) to the same host", redirect)
    yield Fault("certificate for another name", over_tls(certificates.other), https, settings=trusted)
    yield Fault("certificate that has expired", over_tls(certificates.expired), https, settings=trusted)
    yield Fault("certificate from an unknown authority", over_tls(certificates.good), https)
    yield Fault("TLS handshake that stalls", stalled_handshake, https, settings=trusted)
    yield Fault(
        "`HTTPS_PROXY` whose proxy answers CONNECT with 403",
        proxy_that_refuses(certificates.good),
        https,
        settings={**trusted, "HTTPS_PROXY": "http://127.0.0.1:{port}"},
    )
    yield Fault("reused connection, closed before the second call", stale(closes_at_once), calls=2)
    yield Fault("reused connection, closed with the second request unread", stale(closes_unread), calls=2)
    yield Fault("reused connection, closed with the second request read", stale(closes_read), calls=2)
    yield Fault("`BadRequestException` (400)", answering(exception("400 Bad Request", "BadRequestException")))
    yield Fault(
        "`UnauthorizedClientException` (401)", answering(exception("401 Unauthorized", "UnauthorizedClientException"))
    )
    yield Fault("`ForbiddenException` (403)", answering(exception("403 Forbidden", "ForbiddenException")))
    yield Fault("`ThrottledClientException` (429)", answering(throttled))
    yield Fault("`ServiceFailureException` (500)", answering(failure))
    yield Fault(
        "`ServiceUnavailableException` (503)",
        answering(exception("503 Service Unavailable", "ServiceUnavailableException")),
    )
    yield Fault("`ThrottledClientException` twice, then the answer", answering(throttled, throttled, good))
    yield Fault("`ServiceFailureException` twice, then the answer", answering(failure, failure, good))
    yield Fault(
        "`ExpiredTokenException` (403), then the answer",
        answering(exception("403 Forbidden", "ExpiredTokenException"), good),
    )
    for name in ["InvalidSignatureException", "RequestTimeTooSkewed"]:
        for hours in [1, -1]:
            yield Fault(f"service's clock {hours:+} h, `{name}` (403)", another_clock(name, hours))


# The rows whose texts are printed.
TEXTS = [
    "connection refused",
    "reset before the head",
    "garbage instead of HTTP",
    "certificate for another name",
    "`ForbiddenException` (403)",
    "`ThrottledClientException` (429)",
    "`ServiceFailureException` (500)",
]


def nobody():
    """A port at which nobody listens, but which nobody else can take either."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


# One process starts at a time, which leaves the other calls a processor to be measured on.
STARTING = threading.Lock()


def measure(fault, client):
    command, variables = CLIENTS[client]
    if fault.serve is None:
        with nobody() as sock:
            return run(fault, command, variables, None, sock.getsockname()[1])
    with Peer(fault.serve) as peer:
        return run(fault, command, variables, peer, peer.port)


def run(fault, command, variables, peer, port):
    """What the last of the calls came to."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ENDPOINT_URL": fault.url.format(port=port),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "CHANNEL": CHANNEL,
        "USER": USER,
        **variables,
        **{name: value.format(port=port) for name, value in fault.settings.items()},
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with STARTING:
        process = subprocess.Popen(command, env=environment, text=True, **pipes)
        if process.stdout.readline() != "ready\n":
            raise SystemExit(f"{command} did not start: {process.communicate()}")
    ended = threading.Event()

    def end():
        ended.set()
        process.kill()

    timer = threading.Timer(LIMIT, end)
    timer.start()
    said = {}
    before = 0
    try:
        for call in range(fault.calls):
            if call:
                peer.ready.wait(LIMIT)
                before = peer.requests
            process.stdin.write("\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                said = {"hangs": True} if ended.is_set() else {"class": "none", "text": process.stderr.read().strip()}
                break
            said = json.loads(line)
    finally:
        timer.cancel()
        if peer:
            said["requests"], said["connections"] = peer.requests - before, peer.connections
            said["connects"] = peer.connects
        process.kill()
        process.communicate()
    return said


def counted(number, what):
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def cell(said):
    tries = ""
    if "connections" in said:
        seen = counted(said["requests"], "request")
        if said["connects"]:
            seen = f"{said['connects']} CONNECT"
        elif not said["requests"]:
            seen = counted(said["connections"], "connection")
        tries = seen
    if said.get("hangs"):
        return f"**hangs** (> {LIMIT} s)" + (f", {tries}" if tries else "")
    time = f"{said['seconds']:.2f} s" if "seconds" in said else "died"
    if "answer" in said:
        what = "answer" if said["answer"] else "**empty answer**"
        return f"{what}, {tries}, {time}"
    return f"error after {tries}, {time}" if tries else f"error, {time}"


def table(results, rows):
    yield "| fault | " + " | ".join(CLIENTS) + " |"
    yield "|---" * (len(CLIENTS) + 1) + "|"
    for fault in rows:
        yield f"| {fault.name} | " + " | ".join(cell(results[fault.name, client]) for client in CLIENTS) + " |"


def texts(results, names):
    for name in names:
        yield f"### {name}"
        yield ""
        for client in CLIENTS:
            said = results[name, client]
            if "text" in said:
                yield f"{client}, `{said['class']}`:"
                yield ""
                yield "```text"
                yield " ".join(said["text"].splitlines())
                if "context" in said:
                    yield ""
                    yield "by DisplayErrorContext: " + " ".join(said["context"].splitlines())
                yield "```"
                yield ""


def configuration(variables):
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", **variables}
    output = subprocess.run([*BOTO3, "--configuration"], env=environment, capture_output=True, text=True, check=True)
    return json.loads(output.stdout)


def settings():
    """What boto3 says of itself."""
    today, legacy = configuration({}), configuration(CLIENTS["boto3, legacy mode"][1])
    return [
        f"boto3 is {today['version']}. By default, the client's `meta.config.retries` is `{today['retries']}`; with"
        f" `AWS_RETRY_MODE=legacy` it is `{legacy['retries']}`."
    ]


def main():
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        rows = [row for row in faults(Certificates(directory)) if not words or any(word in row.name for word in words)]
        with ThreadPoolExecutor(16) as pool:
            # What may hang begins first.
            slow = ["silence", "stalls", "never ends"]
            order = sorted(rows, key=lambda row: not any(word in row.name for word in slow))
            runs = {(row.name, client): pool.submit(measure, row, client) for row in order for client in CLIENTS}
            results = {key: future.result() for key, future in runs.items()}
    if words:
        print("\n".join([*table(results, rows), "", *texts(results, [row.name for row in rows])]))
        return
    parts = {"table": table(results, rows), "texts": texts(results, TEXTS), "boto3": settings()}
    document = DOCUMENT.read_text()
    for name, lines in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = document.split(begin)
        document = before + begin + "\n".join(lines).rstrip() + "\n" + end + rest.split(end, 1)[1]
    DOCUMENT.write_text(document)


main()
