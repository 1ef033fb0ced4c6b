#!/usr/bin/env python3
"""Servers that do not answer as they should, for whoever has to be patient with them.

    servers.py model               a model server that answers two words, or for ever where it is asked for more
    servers.py front KUBECONFIG    the API server in the clear: logs that go on, creations that nobody hears of

Each prints its port, and serves 127.0.0.1 until its standard input ends.
"""
import base64
import http.client
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time


class Silent:
    """Takes connections and says nothing, as a server behind a firewall or one that hangs."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def is_asked(self, seconds=20):
        """Whether somebody has come since the last time, and waits now."""
        self.socket.settimeout(seconds)
        try:
            self.guest = self.socket.accept()[0]
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()


class Nobody:
    """Has a port, so that nobody else takes it, and refuses every connection."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


class Server:
    """One of the servers of this file, in a process of its own."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def ask(self, method, path, body=None):
        """What it answers, as JSON."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body and json.dumps(body), {"Content-Type": kind})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        if response.status >= 300:
            sys.exit(f"{method} {path}: {response.status}\n{text}")
        return json.loads(text)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Whoever has heard enough goes away."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def begin(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def say(self, text):
        self.wfile.write(text.encode())
        self.wfile.flush()


class Model(Handler):
    def do_POST(self):
        prompt = json.loads(self.body())["messages"][-1]["content"]
        self.begin("text/event-stream")
        words = ["It ", "scatters."] if "for ever" not in prompt else ["and so on "] * 10_000
        for word in words:
            self.say("data: " + json.dumps({"choices": [{"delta": {"content": word}}]}) + "\n\n")
            time.sleep(0.05)
        self.say("data: " + json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}]}) + "\n\ndata: [DONE]\n\n")


class Front(Handler):
    def do_GET(self):
        if re.search(r"/log\?.*follow=true", self.path):
            self.begin("text/plain")
            while True:
                self.say("it goes on\n")
                time.sleep(0.1)
        self.pass_on()

    def pass_on(self):
        upstream = http.client.HTTPSConnection(*self.server.address, context=self.server.identity)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        body = self.body()
        upstream.request(self.command, self.path, body=body, headers=headers)
        response = upstream.getresponse()
        # It is done, and whoever asked for it never hears so.
        while self.command == "POST" and b'"unheard"' in body:
            time.sleep(1)
        self.begin(response.getheader("Content-Type", "application/json"))
        while piece := response.read1(65536):
            self.wfile.write(piece)
            self.wfile.flush()

    do_POST = do_PUT = do_PATCH = do_DELETE = pass_on


def front(path):
    server = Listener(("127.0.0.1", 0), Front)
    with open(path) as file:
        text = file.read()
    server.address = re.search(r"server: https://(127\.0\.0\.1):(\d+)", text).groups()
    server.identity = ssl.create_default_context(cadata=material(text, "certificate-authority-data").decode())
    with tempfile.NamedTemporaryFile() as file:
        file.write(material(text, "client-certificate-data") + material(text, "client-key-data"))
        file.flush()
        server.identity.load_cert_chain(file.name)
    return server


def material(text, name):
    return base64.b64decode(re.search(rf"{name}: (\S+)", text).group(1)) + b"\n"


def main():
    server = front(sys.argv[2]) if sys.argv[1] == "front" else Listener(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
