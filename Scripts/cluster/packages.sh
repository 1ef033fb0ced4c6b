# shellcheck shell=bash
# Installing from Debian's archive, and only what is missing.

CONTROL_PLANE_PACKAGES=(etcd-client etcd-server openssl)
NODE_PACKAGES=(
    busybox-static conntrack containerd containernetworking-plugins curl iproute2 iptables procps python3 runc socat
)
BUILD_PACKAGES=(dpkg-dev golang-1.19-go golang-github-modern-go-reflect2-dev make rsync)

missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
    done
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    require_debian "${missing[@]}"
    say "installing ${missing[*]}"
    forbid_services
    if ! fetch_packages "${missing[@]}" >"$CACHE/apt.log" 2>&1 </dev/null; then
        allow_services
        tail -n 15 "$CACHE/apt.log" >&2
        die "could not install ${missing[*]} (is Debian's archive reachable? see $CACHE/apt.log)"
    fi
    allow_services
}

fetch_packages() {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

require_debian() {
    command -v apt-get >/dev/null || die "missing $*: this machine has no apt-get to install them with"
    ((EUID == 0)) || die "missing $*: installing them needs root"
}

# Debian starts a daemon as soon as its package is installed. The cluster runs its own etcd and containerd, so the
# packages' services stay off; a policy of the machine's owner is left alone.
SERVICE_POLICY=/usr/sbin/policy-rc.d

forbid_services() {
    [[ -e $SERVICE_POLICY ]] && return
    printf '#!/bin/sh\n# host-cluster\nexit 101\n' >"$SERVICE_POLICY"
    chmod 755 "$SERVICE_POLICY"
}

allow_services() {
    if grep -qs '^# host-cluster$' "$SERVICE_POLICY"; then rm -f "$SERVICE_POLICY"; fi
}
