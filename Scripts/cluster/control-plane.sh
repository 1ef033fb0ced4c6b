# shellcheck shell=bash
# etcd, kube-apiserver and kube-controller-manager on loopback.

kubectl() { "$BINARIES/kubectl" --kubeconfig "$CLUSTER/admin.kubeconfig" "$@"; }

control_plane_up() {
    make_credentials
    start_etcd
    start_apiserver
    start_controller_manager
}

make_credentials() {
    make_authority
    issue_server_certificate
    issue "$PKI/kubelet-client" clientAuth /O=system:masters/CN=kube-apiserver-kubelet-client
    write_kubeconfig "$CLUSTER/admin.kubeconfig" admin system:masters
    write_kubeconfig "$CLUSTER/users/system:kube-controller-manager.kubeconfig" system:kube-controller-manager
    # Static tokens: lines of token,user,uid[,"group,group"], read when the API server starts.
    (umask 077 && touch "$CLUSTER/tokens.csv")
    cp "$PARTS/templates/audit-policy.yaml" "$CLUSTER/audit-policy.yaml"
    mkdir -p "$CLUSTER/bin"
    ln -sf "$BINARIES/kubectl" "$CLUSTER/bin/kubectl"
}

# A test cluster's data need not survive a crash; without fsync a slow disk does not slow the tests.
start_etcd() {
    start etcd etcd --name "$NAME" --data-dir "$CLUSTER/etcd" --unsafe-no-fsync \
        --listen-client-urls "$ETCD_ENDPOINT" --advertise-client-urls "$ETCD_ENDPOINT" \
        --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
        --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
        --initial-cluster "$NAME=http://127.0.0.1:$ETCD_PEER_PORT" --quota-backend-bytes 2147483648
    ready etcd 20 etcdctl_here endpoint health
}

etcdctl_here() { ETCDCTL_API=3 etcdctl --endpoints "$ETCD_ENDPOINT" "$@"; }

# Flags of the node level are always set, so that a control plane can be given a node later. The endpoint of the
# `kubernetes` Service is written by the node level: the server itself would refuse to advertise a loopback address.
start_apiserver() {
    local issuer=https://kubernetes.default.svc.cluster.local extra
    read -ra extra <<<"$(apiserver_flags)"
    start kube-apiserver "$BINARIES/kube-apiserver" \
        --etcd-servers="$ETCD_ENDPOINT" --bind-address=127.0.0.1 --secure-port="$APISERVER_PORT" \
        --advertise-address=127.0.0.1 --endpoint-reconciler-type=none \
        --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
        --client-ca-file="$PKI/ca.crt" --token-auth-file="$CLUSTER/tokens.csv" --authorization-mode=Node,RBAC \
        --service-cluster-ip-range="$SERVICE_CIDR" --allow-privileged=true \
        --service-account-issuer="$issuer" --api-audiences="$issuer" \
        --service-account-key-file="$PKI/service-account.pub" \
        --service-account-signing-key-file="$PKI/service-account.key" \
        --kubelet-client-certificate="$PKI/kubelet-client.crt" --kubelet-client-key="$PKI/kubelet-client.key" \
        --kubelet-preferred-address-types=InternalIP \
        --audit-policy-file="$CLUSTER/audit-policy.yaml" --audit-log-path="$CLUSTER/audit.log" \
        --audit-log-maxsize=1024 "${extra[@]}"
    ready kube-apiserver 60 kubectl get --raw /readyz
}

# What ENVFACTORY_APISERVER_FLAGS said last; a restart without it keeps them, an empty one drops them.
apiserver_flags() {
    local file=$CLUSTER/apiserver.flags
    [[ -n ${ENVFACTORY_APISERVER_FLAGS+set} || ! -e $file ]] && echo "${ENVFACTORY_APISERVER_FLAGS:-}" >"$file"
    cat "$file"
}

# Without it namespaces never finish deleting, nothing is garbage-collected and quotas are not counted.
start_controller_manager() {
    local kubeconfig=$CLUSTER/users/system:kube-controller-manager.kubeconfig
    start kube-controller-manager "$BINARIES/kube-controller-manager" \
        --kubeconfig="$kubeconfig" --bind-address=127.0.0.1 --secure-port="$CONTROLLER_MANAGER_PORT" --port=0 \
        --cert-dir="$PKI" --leader-elect=false --use-service-account-credentials=true --root-ca-file="$PKI/ca.crt" \
        --service-account-private-key-file="$PKI/service-account.key" \
        --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key"
    ready kube-controller-manager 60 kubectl -n default get serviceaccount default
}

# Asked to end, the API server waits for its watchers; whoever restarts it wants them cut off.
restart_apiserver() {
    stop kube-apiserver 1
    start_apiserver
}

# After it every resourceVersion and continue token handed out so far is too old for etcd: the put makes a revision
# newer than all of them. A watch may still be served from the API server's memory, which reaches further back; it
# gets its 410 once that memory is new, so a suite that wants one calls restart-apiserver next.
compact() {
    local revision
    etcdctl_here put /envfactory/compacted "$(date +%s)" >/dev/null
    revision=$(etcdctl_here endpoint status --write-out=fields | sed -n 's/^"Revision" : //p')
    etcdctl_here compact --physical "$revision" >&2
}

user_kubeconfig() {
    local user=${1:?usage: host-cluster user <name> [group...]}
    [[ $user != */* && $user != .* ]] || die "a user's name becomes a file's name: no slash, no leading dot"
    shift
    write_kubeconfig "$CLUSTER/users/$user.kubeconfig" "$user" "$@"
    cat "$CLUSTER/users/$user.kubeconfig"
}
