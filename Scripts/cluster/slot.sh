# shellcheck shell=bash
# A slot is a small number of a cluster's own on this machine; ports and address ranges follow from it.

SLOTS=$CACHE/slots
SLOT_COUNT=16

# The first slot nobody holds and whose ports are free; kept by the cluster until `down`.
claim_slot() {
    [[ -s $CLUSTER/slot ]] && return
    local slot
    for ((slot = 0; slot < SLOT_COUNT; slot++)); do
        if claim "$slot" && ports_free "$slot"; then
            echo "$slot" >"$CLUSTER/slot"
            return
        fi
        disclaim "$slot"
    done
    die "all $SLOT_COUNT slots for clusters are taken; see $SLOTS"
}

# claim WHAT : holds it for this cluster, unless a cluster that still has its directory does.
claim() {
    local file=$SLOTS/$1
    mkdir -p "$SLOTS"
    (
        flock 9
        [[ ! -s $file || $(<"$file") == "$CLUSTER" || ! -d $(<"$file") ]] && echo "$CLUSTER" >"$file"
    ) 9>"$SLOTS/lock"
}

disclaim() {
    if [[ $(cat "$SLOTS/$1" 2>/dev/null) == "$CLUSTER" ]]; then rm -f "$SLOTS/$1"; fi
}

ports_free() {
    local port
    for ((port = 21000 + $1 * 20; port < 21000 + ($1 + 1) * 20; port++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi
    done
}

# Everything that must differ between two clusters on one machine.
load_slot() {
    SLOT=$(<"$CLUSTER/slot")
    local base=$((21000 + SLOT * 20))
    ETCD_PORT=$base
    ETCD_PEER_PORT=$((base + 1))
    APISERVER_PORT=$((base + 2))
    CONTROLLER_MANAGER_PORT=$((base + 3))
    SCHEDULER_PORT=$((base + 4))
    KUBELET_PORT=$((base + 5))
    KUBELET_HEALTHZ_PORT=$((base + 6))
    PROXY_HEALTHZ_PORT=$((base + 7))
    PROXY_METRICS_PORT=$((base + 8))
    ETCD_ENDPOINT=http://127.0.0.1:$ETCD_PORT
    SERVICE_CIDR=10.96.$((SLOT * 16)).0/20
    KUBERNETES_SERVICE_ADDRESS=10.96.$((SLOT * 16)).1
    DNS_SERVICE_ADDRESS=10.96.$((SLOT * 16)).10
    POD_CIDR=10.97.$SLOT.0/24
    BRIDGE=envfactory$SLOT
    BRIDGE_ADDRESS=10.97.$SLOT.1
    RUNTIME=/run/envfactory-$SLOT
    VOLUMES=/tmp/envfactory-volumes-$SLOT
    CGROUP=envfactory-$SLOT
}

# For suites and shells: `. .cluster/default/env`.
write_env() {
    local variable
    LEVEL=$1
    KUBECONFIG=$CLUSTER/admin.kubeconfig
    AUDIT_LOG=$CLUSTER/audit.log
    for variable in NAME LEVEL KUBECONFIG BINARIES AUDIT_LOG ETCD_ENDPOINT ETCD_PORT APISERVER_PORT \
        CONTROLLER_MANAGER_PORT SCHEDULER_PORT KUBELET_PORT SERVICE_CIDR POD_CIDR BRIDGE BRIDGE_ADDRESS; do
        printf '%s=%q\n' "$variable" "${!variable}"
    done >"$CLUSTER/env.new"
    mv "$CLUSTER/env.new" "$CLUSTER/env"
}
