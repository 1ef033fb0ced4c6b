# shellcheck shell=bash
# A node that runs real pods: scheduler, containerd, kubelet, kube-proxy and DNS around one bridge.

NODE=$NAME-node
CONTAINERD_SOCKET_NAME=containerd.sock

node_up() {
    claim_node
    prepare_host
    make_bridge
    start_containerd
    import_base_images
    start_kubelet # takes the longest, the others become ready meanwhile
    start_scheduler
    start_proxy
    start_dns
    ready kube-scheduler 30 get --no-check-certificate "https://127.0.0.1:$SCHEDULER_PORT/healthz"
    ready kube-proxy 30 get "http://127.0.0.1:$PROXY_HEALTHZ_PORT/healthz"
    ready dns 30 busybox nslookup -type=a kubernetes.default.svc.cluster.local "$BRIDGE_ADDRESS:10053"
    ready kubelet 120 node_ready
}

# Debian's static busybox crashes when wget is given a timeout of its own (-T).
get() { timeout 5 busybox wget -q -O - "$@"; }

# Two kube-proxies rewrite the same iptables chains, so a machine has one node at a time, whoever brought it up.
claim_node() {
    ((EUID == 0)) || die "LEVEL=node needs root: it makes a bridge, network namespaces and containers"
    claim node || die "another cluster has its node on this machine ($(<"$SLOTS/node")); take it down first"
    if [[ ! -e $CLUSTER/node.claimed ]] && iptables -t nat -n -L KUBE-SERVICES >/dev/null 2>&1; then
        disclaim node
        die "a kube-proxy that is not this cluster's has its iptables chains here; a second one would fight with it"
    fi
    touch "$CLUSTER/node.claimed"
}

# The address comes before the first pod because the API server, DNS and the kubelet are reached at it. A bridge
# without a fixed hardware address takes that of its lowest port, and pods would lose it whenever one comes or goes.
make_bridge() {
    ip link add "$BRIDGE" address "$(printf '02:65:6e:76:00:%02x' "$SLOT")" type bridge
    ip address add "$BRIDGE_ADDRESS/24" dev "$BRIDGE"
    ip link set "$BRIDGE" up
    mkdir -p "$CLUSTER/cni"
    render templates/cni.conflist "BRIDGE=$BRIDGE" "POD_CIDR=$POD_CIDR" "ADDRESSES=$CLUSTER/cni-addresses" \
        >"$CLUSTER/cni/10-envfactory.conflist"
    # The API server listens on loopback alone; pods come in at the bridge.
    start apiserver-forward socat "TCP-LISTEN:$APISERVER_PORT,bind=$BRIDGE_ADDRESS,fork,reuseaddr" \
        "TCP:127.0.0.1:$APISERVER_PORT"
    render templates/services.yaml "BRIDGE_ADDRESS=$BRIDGE_ADDRESS" "APISERVER_PORT=$APISERVER_PORT" \
        "DNS_SERVICE_ADDRESS=$DNS_SERVICE_ADDRESS" | kubectl apply -f - >/dev/null
}

start_scheduler() {
    local kubeconfig=$CLUSTER/users/system:kube-scheduler.kubeconfig
    write_kubeconfig "$kubeconfig" system:kube-scheduler
    start kube-scheduler "$BINARIES/kube-scheduler" \
        --kubeconfig="$kubeconfig" --bind-address=127.0.0.1 --secure-port="$SCHEDULER_PORT" --port=0 \
        --cert-dir="$PKI" --leader-elect=false
}

start_containerd() {
    render templates/containerd.toml "ROOT=$CLUSTER/containerd" "STATE=$RUNTIME/containerd" \
        "SOCKET=$RUNTIME/$CONTAINERD_SOCKET_NAME" "CNI=$CLUSTER/cni" "PAUSE=$PAUSE_IMAGE" >"$CLUSTER/containerd.toml"
    start containerd containerd --config "$CLUSTER/containerd.toml"
    ready containerd 30 ctr_here version
}

ctr_here() { ctr --address "$RUNTIME/$CONTAINERD_SOCKET_NAME" --namespace k8s.io "$@"; }

start_kubelet() {
    local kubeconfig=$CLUSTER/users/system:node:$NODE.kubeconfig
    write_kubeconfig "$kubeconfig" "system:node:$NODE" system:nodes
    # Pods see the cluster's names only, none of the machine's search domains.
    : >"$CLUSTER/resolv.conf"
    render templates/kubelet.yaml "ADDRESS=$BRIDGE_ADDRESS" "PORT=$KUBELET_PORT" \
        "HEALTHZ_PORT=$KUBELET_HEALTHZ_PORT" "CA=$PKI/ca.crt" "CGROUP=/$CGROUP" "DNS=$DNS_SERVICE_ADDRESS" \
        "RESOLV_CONF=$CLUSTER/resolv.conf" >"$CLUSTER/kubelet.yaml"
    start kubelet "$BINARIES/kubelet" --config="$CLUSTER/kubelet.yaml" --kubeconfig="$kubeconfig" \
        --root-dir="$CLUSTER/kubelet" --cert-dir="$PKI/kubelet" --hostname-override="$NODE" \
        --node-ip="$BRIDGE_ADDRESS" --network-plugin=cni --container-runtime=remote \
        --container-runtime-endpoint="unix://$RUNTIME/$CONTAINERD_SOCKET_NAME"
}

# Masquerading everything sends answers between two pods of the bridge back through the machine, where the Service's
# address is put back; the kernel's bridge netfilter, which would do it otherwise, is not always there. The conntrack
# settings are zero (leave alone) because those sysctls are read-only on some machines.
start_proxy() {
    local kubeconfig=$CLUSTER/users/system:kube-proxy.kubeconfig
    write_kubeconfig "$kubeconfig" system:kube-proxy
    start kube-proxy "$BINARIES/kube-proxy" --kubeconfig="$kubeconfig" --proxy-mode=iptables \
        --hostname-override="$NODE" --cluster-cidr="$POD_CIDR" --masquerade-all --nodeport-addresses="$POD_CIDR" \
        --healthz-bind-address="127.0.0.1:$PROXY_HEALTHZ_PORT" \
        --metrics-bind-address="127.0.0.1:$PROXY_METRICS_PORT" --oom-score-adj=0 \
        --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
}

# The name is the service account's to which the API server's own roles already give what a DNS server reads.
start_dns() {
    local user=system:serviceaccount:kube-system:kube-dns
    write_kubeconfig "$CLUSTER/users/$user.kubeconfig" "$user"
    start dns /usr/bin/python3 "$PARTS/dns.py" --listen "$BRIDGE_ADDRESS" --port 10053 \
        --server "https://127.0.0.1:$APISERVER_PORT" --authority "$PKI/ca.crt" \
        --certificate "$PKI/users/$user.crt" --key "$PKI/users/$user.key"
}

node_ready() {
    [[ $(kubectl get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}
