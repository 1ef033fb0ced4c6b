# shellcheck shell=bash
# The node proves itself: a pod that serves HTTP, reached by another one through DNS and a Service.

SELFTEST=host-cluster-selftest

selftest() {
    level_is node || die "cluster $NAME has no node; up it with LEVEL=node"
    trap 'kubectl delete namespace "$SELFTEST" --ignore-not-found --timeout=60s >/dev/null' EXIT
    render templates/selftest.yaml "NAMESPACE=$SELFTEST" "IMAGE=$BUSYBOX_IMAGE" | kubectl apply -f - >/dev/null
    kubectl -n "$SELFTEST" wait --for=condition=Ready pod/server pod/client --timeout=60s >/dev/null ||
        die "the pods did not become ready: $(kubectl -n "$SELFTEST" describe pods | tail -n 20)"
    prove "Service by DNS name, from a pod" hello in_client timeout 5 wget -q -O - http://server/
    prove "Service by address, from the machine" hello get_service
    prove "API server by DNS name, from a pod" ok \
        in_client timeout 5 wget -q --no-check-certificate -O - https://kubernetes.default/healthz
    prove "logs" started kubectl -n "$SELFTEST" logs server
    prove "exec" server kubectl -n "$SELFTEST" exec server -- hostname
    kubectl -n "$SELFTEST" delete pod server client --grace-period=0 --wait --timeout=60s >/dev/null 2>&1
    say "pods are deleted; the node works"
}

in_client() { kubectl -n "$SELFTEST" exec client -- "$@"; }

get_service() {
    get "http://$(kubectl -n "$SELFTEST" get service server -o 'jsonpath={.spec.clusterIP}')/"
}

# prove WHAT EXPECTED COMMAND... : kube-proxy follows a new Service within a second or two, hence the second chances.
prove() {
    local what=$1 expected=$2
    shift 2
    wait_until 20 "$what" says "$expected" "$@" || die "$what failed: $("$@" 2>&1 | tail -n 3)"
    say "ok: $what"
}

says() {
    local expected=$1
    shift
    [[ $("$@" 2>/dev/null) == *"$expected"* ]]
}
