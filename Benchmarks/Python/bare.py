"""What the operator made for one environment, as the requests of a bare loop that make the same for others."""

import json

BARE = "/apis/bench.envfactory.dev/v1/namespaces/bench-bare/benchenvironments"
APPLY = "application/apply-patch+yaml"
KINDS = {
    "/api/v1": ["resourcequotas", "limitranges", "serviceaccounts", "secrets", "configmaps", "services"],
    "/apis/networking.k8s.io/v1": ["networkpolicies"],
    "/apis/rbac.authorization.k8s.io/v1": ["rolebindings"],
    "/apis/apps/v1": ["deployments", "statefulsets"],
}
# What a server gives to one object alone.
GIVEN = {"Service": ["clusterIP", "clusterIPs", "healthCheckNodePort"], "Namespace": ["finalizers"]}


def peer_environment(name, namespace="bench"):
    return {"apiVersion": "bench.envfactory.dev/v1", "kind": "BenchEnvironment",
            "metadata": {"name": name, "namespace": namespace}, "spec": {"quota": {"pods": "5"}}}


def made_for(server, path, name):
    """What the operator made for an environment, as (path, object), its namespace first."""
    owner = server.request("GET", f"{path}/{name}")
    host = owner["status"]["namespace"]["name"]
    objects = [("/api/v1/namespaces", server.request("GET", f"/api/v1/namespaces/{host}"))]
    for group, resources in KINDS.items():
        for resource in resources:
            place = f"{group}/namespaces/{host}/{resource}"
            listed = server.request("GET", place)
            for item in listed["items"]:
                if any(entry["manager"] == "envfactory" for entry in item["metadata"].get("managedFields", [])):
                    typed = {"apiVersion": listed["apiVersion"], "kind": listed["kind"][:-4], **item}
                    objects.append((place, typed))
    return host, owner["status"], [(place, bare(value)) for place, value in objects]


def bare(value):
    """An object without what servers write."""
    kept = {key: part for key, part in value.items() if key not in ("status", "metadata", "spec")}
    if value["kind"] == "ServiceAccount":
        kept.pop("secrets", None)
    spec = {key: part for key, part in value.get("spec", {}).items()
            if part == "None" or key not in GIVEN.get(value["kind"], [])}
    if spec:
        kept["spec"] = spec
    metadata = value["metadata"]
    kept["metadata"] = {key: metadata[key] for key in ("name", "namespace", "labels", "annotations") if key in metadata}
    return kept


def bare_requests(server, path, template, names):
    """The requests that make the same objects for others, in the order the operator keeps; nobody reconciles them."""
    host, status, objects = made_for(server, path, template)
    owners, namespaces, contents, tokens, statuses = [], [], [], [], []
    has_token = any(value["metadata"]["name"] == "envfactory-tenant" and value["kind"] == "ServiceAccount"
                   for _, value in objects)
    for name in names:
        other = f"env-{name}"
        owners.append(("POST", BARE, "application/json", peer_environment(name, "bench-bare")))
        for place, value in objects:
            place, value = place.replace(host, other), json.loads(json.dumps(value).replace(host, other))
            value["metadata"]["labels"] = {
                "bench." + label: text for label, text in value["metadata"].get("labels", {}).items()}
            if value["kind"] == "RoleBinding":
                contents.append(("POST", place, "application/json", value))
                continue
            group = namespaces if value["kind"] == "Namespace" else contents
            group.append(("PATCH", f"{place}/{value['metadata']['name']}?fieldManager=bench&force=true", APPLY, value))
        if has_token:
            tokens.append(("POST", f"/api/v1/namespaces/{other}/serviceaccounts/envfactory-tenant/token",
                           "application/json", {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                                                "spec": {"expirationSeconds": 86400}}))
        statuses.append(("PATCH", f"{BARE}/{name}/status", "application/merge-patch+json", {"status": status}))
    return [owners, namespaces, contents, tokens, statuses]


def halves(groups):
    """The requests for the first half of the names, and those for the others: ours is measured between them."""
    count = len(groups[0])
    half = count // 2 or 1
    places = [half * (len(group) // count) for group in groups]
    return ([group[:place] for group, place in zip(groups, places) if group],
            [group[place:] for group, place in zip(groups, places) if group])
