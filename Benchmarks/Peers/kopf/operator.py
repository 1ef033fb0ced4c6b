"""The environments of a class of isolation Namespace, as one writes such an operator with kopf and Kubernetes' client.

A BenchEnvironment gets a namespace with a quota, a limit range, two network policies, a service account, three role
bindings and a kubeconfig's token in a Secret; its status says Ready.
"""

import datetime
import os

import kopf
import kubernetes

kubernetes.config.load_kube_config(os.environ["KUBECONFIG"])
api = kubernetes.client.ApiClient()
core = kubernetes.client.CoreV1Api(api)
networking = kubernetes.client.NetworkingV1Api(api)
rbac = kubernetes.client.RbacAuthorizationV1Api(api)

PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_):
    settings.posting.level = 30
    settings.execution.max_workers = 32


def unless_there(create, *arguments):
    """A handler may run again after it failed halfway."""
    try:
        create(*arguments)
    except kubernetes.client.ApiException as error:
        if error.status != 409:
            raise


def metadata(name, owner):
    return {"name": name, "labels": {"app.kubernetes.io/managed-by": "kopf", "bench.envfactory.dev/uid": owner}}


def binding(name, owner, role, subjects):
    return {"metadata": metadata(name, owner), "subjects": subjects,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}}


@kopf.on.create("bench.envfactory.dev", "v1", "benchenvironments")
def create(name, namespace, uid, spec, patch, **_):
    host = f"kopf-{name}-{uid[:8]}"
    unless_there(core.create_namespace, {"metadata": metadata(host, uid)})
    unless_there(core.create_namespaced_resource_quota, host,
                 {"metadata": metadata("bench", uid), "spec": {"hard": dict(spec["quota"])}})
    unless_there(core.create_namespaced_limit_range, host,
                 {"metadata": metadata("bench", uid), "spec": {"limits": [
                     {"type": "Container", "default": {"cpu": "100m"}, "defaultRequest": {"cpu": "10m"}}]}})
    own_pods = [{"podSelector": {}}]
    unless_there(networking.create_namespaced_network_policy, host, {
        "metadata": metadata("isolation", uid),
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"],
                 "ingress": [{"from": own_pods}], "egress": [{"to": own_pods}]}})
    unless_there(networking.create_namespaced_network_policy, host, {
        "metadata": metadata("dns", uid),
        "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": PORTS}]}})
    unless_there(core.create_namespaced_service_account, host, {"metadata": metadata("tenant", uid)})
    group = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": f"system:serviceaccounts:{namespace}"}
    tenant = {"kind": "ServiceAccount", "name": "tenant", "namespace": host}
    for title, role, subjects in (("operator", "admin", [tenant]), ("tenant", "edit", [tenant, group]),
                                  ("kubeconfig-reader", "view", [group])):
        unless_there(rbac.create_namespaced_role_binding, host, binding(title, uid, role, subjects))
    token = core.create_namespaced_service_account_token(
        "tenant", host, {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                         "spec": {"audiences": [], "expirationSeconds": 86400}})
    unless_there(core.create_namespaced_secret, host,
                 {"metadata": metadata("kubeconfig", uid), "stringData": {"value": token.status.token}})
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    patch.status["namespace"] = host
    patch.status["conditions"] = [{"type": "Ready", "status": "True", "reason": "Ready", "lastTransitionTime": now}]


@kopf.on.delete("bench.envfactory.dev", "v1", "benchenvironments")
def delete(status, **_):
    if "namespace" in status:
        try:
            core.delete_namespace(status["namespace"])
        except kubernetes.client.ApiException as error:
            if error.status != 404:
                raise
