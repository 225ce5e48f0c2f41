"""The other end of a connection, which does what a fault says: a peer on loopback, over bare sockets."""

import socket
import ssl
import struct
import subprocess
import threading


class Connection:
    """A connection that was accepted. What is read of it is counted by its peer."""

    def __init__(self, peer, sock):
        self.peer, self.sock = peer, sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self):
        """The head of the next request, which has no body; None at the end of the connection."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.sock.recv(1)
            if not byte:
                return None
            head += byte
        self.peer.count("requests")
        return head.decode("latin-1")

    def send(self, data):
        self.sock.sendall(data)

    def peek(self):
        """Waits until something is there to be read, and leaves it there."""
        return self.sock.recv(1, socket.MSG_PEEK)

    def tls(self, context):
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.peer.keep(self.sock)
        self.peer.count("handshakes")

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Peer:
    """Listens at a port of its own between `with` and its end; each connection is served in a thread by `serve`."""

    def __init__(self, serve):
        self.serve = serve
        self.connections = self.requests = self.handshakes = self.connects = 0
        # Ends what would go on forever.
        self.over = threading.Event()
        # Set by a fault when a second call may begin.
        self.ready = threading.Event()
        self.lock = threading.Lock()
        self.sockets = []

    def count(self, what):
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)
            return getattr(self, what)

    def keep(self, sock):
        with self.lock:
            self.sockets.append(sock)

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.keep(sock)
            self.count("connections")
            threading.Thread(target=self.run, args=(sock,), daemon=True).start()

    def run(self, sock):
        connection = Connection(self, sock)
        try:
            self.serve(self, connection)
        except OSError:
            # The client went away, which is its answer to the fault.
            pass
        finally:
            try:
                connection.sock.close()
            except OSError:
                pass

    def __exit__(self, *_):
        self.over.set()
        for sock in [self.listener, *self.sockets]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()


class Certificates:
    """An authority of one run, and what it signed: a good certificate, one of another name, one whose time is over."""

    def __init__(self, directory):
        self.directory = directory
        self.authority = f"{directory}/authority.pem"
        with open(f"{directory}/openssl.cnf", "w") as file:
            file.write(
                "[req]\ndistinguished_name = name\n[name]\n"
                "[authority]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n"
                "subjectKeyIdentifier = hash\n"
                "[good]\nsubjectAltName = IP:127.0.0.1\n"
                "[other]\nsubjectAltName = DNS:other.invalid\n"
                "[ca]\ndefault_ca = default\n"
                f"[default]\nnew_certs_dir = {directory}\ndatabase = {directory}/index\nserial = {directory}/serial\n"
                f"certificate = {self.authority}\nprivate_key = {directory}/authority.key\n"
                "default_md = sha256\npolicy = policy\nunique_subject = no\n"
                "[policy]\ncommonName = supplied\n"
            )
        open(f"{directory}/index", "w").close()
        with open(f"{directory}/serial", "w") as file:
            file.write("1000\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self.openssl(
            *("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2"),
            *("-subj", "/CN=Authority of one run", "-extensions", "authority", "-config", "openssl.cnf"),
        )
        self.openssl("req", *key, "-keyout", "peer.key", "-out", "peer.csr", "-subj", "/CN=peer", "-config", "openssl.cnf")
        self.good = self.sign("good", "good")
        self.other = self.sign("other", "other")
        self.expired = self.sign("expired", "good", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)

    def sign(self, name, extensions, *dates):
        self.openssl(
            *("ca", "-batch", "-notext", "-config", "openssl.cnf", "-in", "peer.csr", "-out", f"{name}.pem"),
            *("-extensions", extensions, *(dates or ("-days", "1"))),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{self.directory}/{name}.pem", f"{self.directory}/peer.key")
        return context
