"""One API server over HTTPS, and the bare request loop to it."""

import base64
import concurrent.futures
import http.client
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.parse


class Server:
    def __init__(self, kubeconfig, kubectl):
        view = subprocess.run([kubectl, "--kubeconfig", kubeconfig, "config", "view", "--raw", "-o", "json"],
                              capture_output=True, check=True, text=True)
        config = json.loads(view.stdout)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.url = cluster["server"]
        self.files = [self.file("ca.pem", cluster["certificate-authority-data"]),
                      self.file("client.pem", user["client-certificate-data"]),
                      self.file("client.key", user["client-key-data"])]
        self.context = ssl.create_default_context(cafile=self.files[0])
        self.context.load_cert_chain(self.files[1], self.files[2])
        self.connections = threading.local()

    @staticmethod
    def file(name, data):
        os.makedirs(".build/bench", exist_ok=True)
        path = f".build/bench/{name}"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64decode(data))
        return path

    def connection(self):
        address = urllib.parse.urlsplit(self.url)
        return http.client.HTTPSConnection(address.hostname, address.port, context=self.context)

    def request(self, method, path, body=None, content="application/json"):
        """The answer as JSON; a thread keeps its connection."""
        if not hasattr(self.connections, "own"):
            self.connections.own = self.connection()
        headers = {"Content-Type": content, "Accept": "application/json"}
        text = None if body is None else json.dumps(body)
        self.connections.own.request(method, path, text, headers)
        response = self.connections.own.getresponse()
        answer = response.read().decode()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer.strip()}")
        return json.loads(answer)

    def answers(self, path):
        try:
            self.request("GET", path)
        except RuntimeError:
            return False
        return True


class ReadyWatch(threading.Thread):
    """Notes when each object of a path was first seen ready, and when its end was first seen to have begun."""

    def __init__(self, server, path, condition="Ready"):
        super().__init__(daemon=True)
        self.condition = condition
        self.ready, self.ended, self.objects = {}, {}, {}
        version = server.request("GET", path)["metadata"]["resourceVersion"]
        connection = server.connection()
        connection.request("GET", f"{path}?watch=1&timeoutSeconds=3600&resourceVersion={version}")
        self.response = connection.getresponse()
        self.start()

    def run(self):
        while line := self.response.readline():
            now = time.time()
            value = json.loads(line)["object"]
            name = value["metadata"]["name"]
            self.objects[name] = value
            for condition in value.get("status", {}).get("conditions", []):
                if condition["type"] == self.condition and condition["status"] == "True":
                    self.ready.setdefault(name, now)
                if condition["type"] == "Terminated" and condition["reason"] != "Running":
                    self.ended.setdefault(name, now)

    def until_ready(self, names, seconds):
        return until(lambda: all(name in self.ready for name in names), seconds)


def at_a_rate(server, path, objects, per_second=10):
    """Creates so many a second, whatever the ones before take; when each was accepted."""

    def create(value):
        server.request("POST", path, value)
        return value["metadata"]["name"], time.time()

    began, results = time.time(), []
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for index, value in enumerate(objects):
            time.sleep(max(0.0, began + index / per_second - time.time()))
            results.append(pool.submit(create, value))
    return dict(result.result() for result in results)


def waits(server, path, objects, condition="Ready", per_second=10):
    """From accepted to seen ready, of each."""
    watch = ReadyWatch(server, path, condition)
    accepted = at_a_rate(server, path, objects, per_second)
    watch.until_ready(accepted, 120)
    late = [name for name in accepted if name not in watch.ready]
    if late:
        raise RuntimeError(f"{len(late)} of {len(accepted)} were not ready after two minutes, {late[0]} among them")
    return [max(0.0, watch.ready[name] - at) for name, at in accepted.items()]


class RequestLoop:
    """The bare libcurl loop: what the server does when nobody thinks in between."""

    def __init__(self, server, concurrency=32):
        self.process = subprocess.Popen([".build/peers/requests", server.url, *server.files, str(concurrency)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, *groups):
        """Sends groups of (method, path, type, body), each when the one before is answered."""
        path = ".build/bench/requests"
        with open(path, "w", encoding="utf-8") as file:
            for group in groups:
                for method, target, content, body in group:
                    file.write(f"{method}\t{target}\t{content}\t{json.dumps(body)}\n")
                file.write("\n")
        self.process.stdin.write(path + "\n")
        self.process.stdin.flush()
        seconds, failures = self.process.stdout.readline().split()
        if failures != "0":
            raise RuntimeError(f"{failures} requests of the bare loop failed: see above")
        return float(seconds)


def until(condition, seconds):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            return False
        time.sleep(0.02)
    return True
