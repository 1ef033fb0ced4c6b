# shellcheck shell=bash
# up, down and status: which level is there, what must be undone, and the proof that nothing is left.

# One command at a time for one cluster. The lock lives in the cache: `down` removes the cluster's directory.
locked() {
    mkdir -p "$CACHE/locks"
    exec 8>"$CACHE/locks/$(cksum <<<"$CLUSTER" | tr ' ' -)"
    flock 8
    "$@"
}

on_running() {
    [[ -e $CLUSTER/env ]] || die "cluster $NAME is not up"
    load_slot
    "$@"
}

cluster_up() {
    local level=${LEVEL:-control-plane}
    [[ $level == control-plane || $level == node ]] || die "LEVEL=$level: control-plane or node"
    prepare_machine "$level"
    if running && level_is "$level"; then
        say "cluster $NAME is already up; KUBECONFIG=$CLUSTER/admin.kubeconfig"
        return
    fi
    if [[ -d $CLUSTER ]] && ! running; then
        say "cluster $NAME is only half there; taking it down first"
        cluster_down
    fi
    local on_failure=undo_node
    if ! running; then
        on_failure=undo
        bring_up_control_plane "$level"
    fi
    [[ $level == control-plane ]] || bring_up_node "$on_failure"
    say "cluster $NAME is up at level $level; KUBECONFIG=$CLUSTER/admin.kubeconfig"
}

# All that takes the network or minutes comes before the first process is started.
prepare_machine() {
    mkdir -p "$CACHE"
    install_packages "${CONTROL_PLANE_PACKAGES[@]}"
    [[ $1 == control-plane ]] || install_packages "${NODE_PACKAGES[@]}"
    ensure_kubernetes
}

bring_up_control_plane() {
    trap undo EXIT
    mkdir -p "$LOGS" "$RUN"
    claim_slot
    load_slot
    [[ $1 == control-plane ]] || claim_node # a refusal had better come first
    control_plane_up
    write_env control-plane
    trap - EXIT
}

# bring_up_node UNDO : if this run did not start the control plane, it stays whatever becomes of the node.
bring_up_node() {
    load_slot
    # shellcheck disable=SC2064  # the name given now
    trap "$1" EXIT
    node_up
    write_env node
    trap - EXIT
}

undo() {
    trap - EXIT
    say "up failed; taking down what it had started"
    (cluster_down) || true
    exit 1
}

undo_node() {
    trap - EXIT
    say "up failed; taking down the node (the control plane stays)"
    (node_down) || true
    kubectl delete node "$NODE" --ignore-not-found >/dev/null || true
    exit 1
}

# running : every process ever started for the cluster still runs.
running() {
    local name names
    [[ -e $CLUSTER/env ]] || return 1
    names=$(recorded)
    [[ -n $names ]] || return 1
    for name in $names; do alive "$name" || return 1; done
}

level_is() { [[ $1 == control-plane ]] || grep -qx 'LEVEL=node' "$CLUSTER/env"; }

cluster_down() {
    if [[ ! -d $CLUSTER ]]; then
        say "cluster $NAME is not there; nothing to take down"
        return
    fi
    [[ ! -s $CLUSTER/slot ]] || load_slot
    local name
    node_down
    for name in kube-controller-manager kube-apiserver etcd $(recorded); do stop "$name" 2; done
    disclaim "${SLOT:-none}"
    rm -rf --one-file-system "$CLUSTER"
    rmdir "$ROOT/.cluster" 2>/dev/null || true
    report_leftovers
}

report_leftovers() {
    local left
    left=$(leftovers)
    if [[ -n $left ]]; then
        printf '%s\n' "$left" >&2
        die "cluster $NAME is down, but the above is left"
    fi
    say "cluster $NAME is down; nothing is left"
}

leftovers() {
    local process
    for process in /proc/[0-9]*; do
        belongs "$process" && echo "process ${process#/proc/}: $(tr '\0' ' ' <"$process/cmdline" | cut -c1-160)"
    done
    [[ ! -e $CLUSTER ]] || echo "directory $CLUSTER"
    [[ -z ${SLOT:-} ]] || node_leftovers
}

# A process of this cluster names the cluster's directory among its arguments; a shell or pager that happens to look
# at a file there does not count.
belongs() {
    local arguments
    mapfile -d '' -t arguments 2>/dev/null <"$1/cmdline" || return 1
    [[ ${arguments[0]:-} =~ (^|/)(etcd|kube[a-z-]*|containerd[a-z0-9-]*|python3)$ ]] &&
        [[ "${arguments[*]}" =~ ("$CLUSTER"|"${RUNTIME:-$CLUSTER}")/ ]]
}

cluster_status() {
    [[ -e $CLUSTER/env ]] || die "cluster $NAME is not up"
    local name healthy=0
    for name in $(recorded); do
        if alive "$name"; then
            printf '%-26s running, pid %s\n' "$name" "$(<"$RUN/$name.pid")"
        else
            printf '%-26s not running; see %s\n' "$name" "$LOGS/$name.log"
            healthy=1
        fi
    done
    grep -E '^(LEVEL|KUBECONFIG)=' "$CLUSTER/env"
    return "$healthy"
}
