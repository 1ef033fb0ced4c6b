"""A DNS server for one test cluster: names of Services and of their endpoints, read from the API at every question.

Nothing is cached, so a Service answers the moment it exists; names outside the cluster are unknown.
"""

import argparse
import http.client
import ipaddress
import json
import socketserver
import ssl
import struct
import sys
import urllib.parse

A, CNAME, ANY = 1, 5, 255
NO_ERROR, SERVER_FAILURE, UNKNOWN_NAME = 0, 2, 3
ZONE = ["svc", "cluster", "local"]


def arguments():
    parser = argparse.ArgumentParser()
    for option in ("listen", "port", "server", "authority", "certificate", "key"):
        parser.add_argument(f"--{option}", required=True)
    return parser.parse_args()


def fetch(kind, namespace, name):
    """The object, or None. Listing by name is what the role of a cluster's DNS allows; getting is not."""
    query = urllib.parse.urlencode({"fieldSelector": f"metadata.name={name}"})
    server = http.client.HTTPSConnection(urllib.parse.urlsplit(OPTIONS.server).netloc, context=TLS, timeout=5)
    server.request("GET", f"/api/v1/namespaces/{urllib.parse.quote(namespace)}/{kind}?{query}")
    response = server.getresponse()
    body = response.read()
    server.close()
    if response.status != 200:
        raise OSError(f"{kind} {namespace}/{name}: {response.status}")
    return next(iter(json.loads(body)["items"]), None)


def resolve(labels):
    """Records of a name as (type, data) pairs, and another name as a list; None when there is no such name."""
    if labels[-3:] != ZONE or len(labels) not in (5, 6):
        return None
    *host, name, namespace = labels[:-3]
    service = fetch("services", namespace, name)
    if service is None:
        return None
    spec = service["spec"]
    if spec["type"] == "ExternalName":
        other = [label for label in spec["externalName"].split(".") if label]
        return [(CNAME, encode(other)), other]
    if spec.get("clusterIP") == "None" or host:
        return endpoints(namespace, name, host, spec.get("publishNotReadyAddresses"))
    return [(A, ipaddress.IPv4Address(spec["clusterIP"]).packed)]


def chain(labels):
    """Records with their owners' names: where one name is another of the cluster's, that one's as well."""
    found = []
    for _ in range(8):
        records = resolve(labels)
        if records is None:
            return found or None
        others = [record for record in records if isinstance(record, list)]
        found += [(labels, *record) for record in records if record not in others]
        if not others:
            break
        labels = others[0]
    return found


def endpoints(namespace, name, host, not_ready_too):
    found = fetch("endpoints", namespace, name) or {}
    addresses = [
        address
        for subset in found.get("subsets", [])
        for address in subset.get("addresses", []) + (subset.get("notReadyAddresses", []) if not_ready_too else [])
        if not host or address.get("hostname") == host[0]
    ]
    return [(A, ipaddress.IPv4Address(address["ip"]).packed) for address in addresses] or None


def encode(labels):
    return b"".join(bytes([len(label)]) + label.encode() for label in labels if label) + b"\0"


def question(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode().lower())
        at += 1 + packet[at]
    return labels, struct.unpack("!H", packet[at + 1 : at + 3])[0], packet[12 : at + 5]


def answer(packet):
    labels, wanted, asked = question(packet)
    try:
        records, code = chain(labels), NO_ERROR
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(".".join(labels), error, file=sys.stderr, flush=True)
        records, code = [], SERVER_FAILURE
    if records is None:
        records, code = [], UNKNOWN_NAME
    # A name that has other records than those asked for (AAAA) exists: no error, no answer.
    given = [(owner, kind, data) for owner, kind, data in records if wanted in (kind, ANY) or kind == CNAME]
    body = b"".join(
        encode(owner) + struct.pack("!HHIH", kind, 1, 1, len(data)) + data for owner, kind, data in given
    )
    return packet[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, len(given), 0, 0) + asked + body


class Responder(socketserver.BaseRequestHandler):
    def handle(self):
        packet, socket = self.request
        socket.sendto(answer(packet), self.client_address)


OPTIONS = arguments()
TLS = ssl.create_default_context(cafile=OPTIONS.authority)
TLS.load_cert_chain(OPTIONS.certificate, OPTIONS.key)
socketserver.ThreadingUDPServer((OPTIONS.listen, int(OPTIONS.port)), Responder).serve_forever()
