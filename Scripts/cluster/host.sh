# shellcheck shell=bash
# What a node does to the machine it runs on, and undoing it.

# The kubelet, containerd and runc write to these whatever they are told; what was not there before goes away again.
FOOTPRINT=(
    /run/containerd /run/netns /run/runc /var/lib/cni /var/lib/containerd /var/lib/kubelet
    /var/log/containers /var/log/pods
)

prepare_host() {
    local path
    for path in "$RUNTIME" "$VOLUMES" "${FOOTPRINT[@]}"; do
        [[ -e $path ]] || echo "$path"
    done >"$CLUSTER/footprint"
    mkdir -p "$RUNTIME"
    cat /proc/sys/net/ipv4/ip_forward >"$CLUSTER/ip_forward"
    echo 1 >/proc/sys/net/ipv4/ip_forward
    cgroup_directories | xargs -r mkdir -p
}

# The node's own control group: one directory in a unified hierarchy, one for each controller in the older layout.
cgroup_directories() {
    local controller
    [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] || echo "/sys/fs/cgroup/$CGROUP"
    for controller in /sys/fs/cgroup/*/cgroup.procs; do
        controller=$(dirname "$controller")
        if [[ ! -e /sys/fs/cgroup/cgroup.controllers && ! -L $controller ]]; then echo "$controller/$CGROUP"; fi
    done
}

node_down() {
    [[ -e $CLUSTER/node.claimed ]] || return 0
    local name
    POD_NAMESPACES=$(pod_namespaces)
    for name in kubelet kube-proxy dns apiserver-forward kube-scheduler; do stop "$name" 5; done
    end_pods
    stop containerd 5
    unmount_all
    for name in $POD_NAMESPACES; do ip netns delete "$name" 2>/dev/null || true; done
    ip link delete "$BRIDGE" 2>/dev/null || true
    scrub_iptables
    wait_until 5 "control groups to be empty" remove_cgroups || true
    restore_machine
    rm -f "$CLUSTER/node.claimed"
    disclaim node
}

# Each pod's network namespace is named in what containerd gave runc; readable also when containerd is not running.
pod_namespaces() {
    cat "$RUNTIME"/containerd/io.containerd.runtime.v2.task/k8s.io/*/config.json 2>/dev/null |
        grep -o '/netns/cni-[0-9a-f-]*' | sed 's|/netns/||' | sort -u || true
}

# First whatever runs in the node's control group, then the shims that tended it: with its containers gone a shim has
# nothing to wait for, but without the kubelet nobody tells it to end.
end_pods() {
    local pids
    pids=$({ cgroup_directories | while read -r directory; do
        find "$directory" -name cgroup.procs -exec cat {} + 2>/dev/null
    done; shims; } | sort -un)
    # shellcheck disable=SC2086  # a list of numbers
    [[ -z $pids ]] || kill -KILL $pids 2>/dev/null || true
}

shims() { pgrep -f "^[^ ]*containerd-shim-runc-v2 .*-address $RUNTIME/$CONTAINERD_SOCKET_NAME" || true; }

node_mounts() {
    awk -v a="$CLUSTER/" -v b="$RUNTIME/" 'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/mounts
}

unmount_all() {
    local mount
    node_mounts | tac | while read -r mount; do
        umount "$mount" 2>/dev/null || umount -l "$mount" 2>/dev/null || true
    done
}

scrub_iptables() {
    local tool table
    for tool in iptables ip6tables; do
        for table in nat filter mangle; do
            "$tool-save" -t "$table" 2>/dev/null | removal "$table" | "$tool-restore" --noflush || true
        done
    done
}

# The chains of kube-proxy, the kubelet and the network plugins in a saved table, as commands that remove them: first
# the rules elsewhere that lead to them, then their contents, which lead to each other, then the chains.
removal() {
    awk -v table="$1" '
        /^:(KUBE|CNI)-/ { chain = substr($1, 2); flush = flush "-F " chain "\n"; drop = drop "-X " chain "\n" }
        /^-A (KUBE|CNI)-/ { next }
        /^-A .*-j (KUBE|CNI)-/ { sub(/^-A/, "-D"); rules = rules $0 "\n" }
        END { if (flush) printf "*%s\n%s%s%sCOMMIT\n", table, rules, flush, drop }'
}

remove_cgroups() {
    cgroup_directories | while read -r directory; do
        [[ ! -d $directory ]] || find "$directory" -depth -type d -exec rmdir {} + || exit 1
    done
}

restore_machine() {
    local path
    [[ ! -s $CLUSTER/ip_forward ]] || cat "$CLUSTER/ip_forward" >/proc/sys/net/ipv4/ip_forward
    while read -r path; do
        rm -rf --one-file-system "$path"
    done < <(cat "$CLUSTER/footprint" 2>/dev/null)
}

node_leftovers() {
    node_mounts | sed 's/^/mount /'
    ip -o link show "$BRIDGE" 2>/dev/null | sed 's/^/bridge /'
    cgroup_directories | while read -r directory; do
        [[ ! -d $directory ]] || echo "control group $directory"
    done
    local name
    for name in ${POD_NAMESPACES:-}; do
        [[ ! -e /run/netns/$name ]] || echo "network namespace $name"
    done
    # Only a node that was here made chains, and only one is here at a time.
    [[ -z ${POD_NAMESPACES+set} ]] || { iptables-save; ip6tables-save; } 2>/dev/null | grep -E '^:(KUBE|CNI)-' || true
}
