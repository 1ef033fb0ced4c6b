# shellcheck shell=bash
# What every part of host-cluster needs: names of places, messages, waiting, and processes by recorded pid.

# Debian's source package calls itself 1.20.5+really1.20.2; this is what the binaries report.
KUBERNETES_VERSION=1.20.2

NAME=${NAME:-default}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PARTS=$ROOT/Scripts/cluster
CLUSTER=$ROOT/.cluster/$NAME
LOGS=$CLUSTER/log
CACHE=${ENVFACTORY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/envfactory}
BINARIES=$CACHE/kubernetes-$KUBERNETES_VERSION

say() { printf 'host-cluster: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# wait_until SECONDS WHAT COMMAND... : polls quietly; says what never came true.
wait_until() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            say "waited in vain for: $what"
            return 1
        fi
        sleep 0.1
    done
}

# render TEMPLATE KEY=VALUE... : a template of Scripts/cluster with every @KEY@ replaced.
render() {
    local text pair
    text=$(<"$PARTS/$1")
    shift
    for pair in "$@"; do
        text=${text//@${pair%%=*}@/${pair#*=}}
    done
    printf '%s\n' "$text"
}
