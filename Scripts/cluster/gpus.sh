# shellcheck shell=bash
# GPUs without GPUs: the scheduler counts what a node's status says, and the kubelet keeps what it did not put there.

# host-cluster gpus RESOURCE COUNT : zero is what a node has whose device plugin is gone.
gpus() {
    local resource=${1:-} count=${2:-} key
    [[ $resource == */* && $count =~ ^[0-9]+$ ]] ||
        die "usage: host-cluster gpus <resource> <count>, as nvidia.com/gpu 2"
    level_is node || die "cluster $NAME has no node to hold GPUs; up it with LEVEL=node"
    key=${resource//\//\~1}
    # No kubectl of this version patches a status. Both fields: the kubelet would copy the one to the other, but later.
    curl -sSf --noproxy '*' -o /dev/null -X PATCH -H 'Content-Type: application/json-patch+json' \
        --cacert "$PKI/ca.crt" --cert "$PKI/users/admin.crt" --key "$PKI/users/admin.key" \
        "https://127.0.0.1:$APISERVER_PORT/api/v1/nodes/$NODE/status" --data "[
            {\"op\": \"add\", \"path\": \"/status/capacity/$key\", \"value\": \"$count\"},
            {\"op\": \"add\", \"path\": \"/status/allocatable/$key\", \"value\": \"$count\"}
        ]" || die "the node did not take $count $resource"
    say "node $NODE has $count $resource"
}
