# shellcheck shell=bash
# Volumes without a provisioner: a folder of the machine, which goes when its claim does.

# host-cluster volume NAME [SIZE] : the API server's controller removes folders of /tmp alone.
volume() {
    local name=${1:?usage: host-cluster volume <name> [size]} size=${2:-1Gi}
    level_is node || die "cluster $NAME has no node to hold volumes; up it with LEVEL=node"
    render templates/volume.yaml "NAME=$name" "SIZE=$size" "PATH=$VOLUMES/$name" | kubectl apply -f - >&2
}
