#!/usr/bin/python3
"""An issuer of OpenID Connect on 127.0.0.1, as a CI system is one: with TLS for whoever checks tokens, and in the
clear an endpoint at which a run asks for its own.

    issuer.py FOLDER

FOLDER holds tls.crt, tls.key and signing.key. Writes FOLDER/address (what checks tokens) and FOLDER/endpoint (what
gives them) once both are answered. The endpoint takes the token `run-secret`, and gives one for the audience that is
asked for, or with `expired=1` one whose time is over.
"""

import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
SUBJECT = "repo:acme/payments:pull_request"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, given=b""):
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def key():
    """The public half of the signing key, as a JSON Web Key."""
    modulus = openssl("rsa", "-in", f"{folder}/signing.key", "-noout", "-modulus").decode().strip().split("=")[1]
    return {
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one", "e": "AQAB",
        "n": encoded(bytes.fromhex(modulus)),
    }


def token(issuer, audience, lifetime):
    now = int(time.time())
    claims = {
        "iss": issuer, "sub": SUBJECT, "aud": audience, "iat": now - 600, "nbf": now - 600, "exp": now + lifetime,
        "repository": "acme/payments",
    }
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "one"}, claims]
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    signature = openssl("dgst", "-sha256", "-sign", f"{folder}/signing.key", given=text.encode())
    return f"{text}.{encoded(signature)}"


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Discovery(Answers):
    def do_GET(self):
        issuer = self.server.issuer
        if self.path == "/.well-known/openid-configuration":
            self.answer(200, {
                "issuer": issuer, "jwks_uri": f"{issuer}/keys", "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            })
        elif self.path == "/keys":
            self.answer(200, {"keys": [key()]})
        else:
            self.answer(404, {})


class Endpoint(Answers):
    def do_GET(self):
        if self.headers["Authorization"] != "Bearer run-secret":
            return self.answer(401, {"message": "not a run's secret"})
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        lifetime = -60 if "expired" in query else 300
        self.answer(200, {"value": token(self.server.issuer, query["audience"][0], lifetime)})


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    return server


discovery, endpoint = serve(Discovery), serve(Endpoint)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/tls.crt", f"{folder}/tls.key")
discovery.socket = context.wrap_socket(discovery.socket, server_side=True)
discovery.issuer = endpoint.issuer = f"https://127.0.0.1:{discovery.server_port}"
threading.Thread(target=endpoint.serve_forever, daemon=True).start()
for name, text in [("endpoint", f"http://127.0.0.1:{endpoint.server_port}/token"), ("address", discovery.issuer)]:
    with open(f"{folder}/{name}.new", "w") as file:
        file.write(text)
    os.rename(f"{folder}/{name}.new", f"{folder}/{name}")
discovery.serve_forever()
