# shellcheck shell=bash
# The image of the stand-in for vCluster: an API server, etcd and the program that holds them together.

STAND_IN_CHART=$ROOT/Tests/Charts/vcluster-stand-in
STAND_IN_SOURCE=$PARTS/vcluster
STAND_IN_PACKAGES=(busybox-static etcd-server golang-1.19-go)

# host-cluster stand-in : gives the node the image, unless it has this very one, and prints its name.
stand_in() {
    level_is node || die "cluster $NAME has no node to hold images; up it with LEVEL=node"
    local version
    version=$(sed -n 's/^version: *//p' "$STAND_IN_CHART/Chart.yaml")
    install_packages "${STAND_IN_PACKAGES[@]}"
    build_syncer
    offer "envfactory.test/vcluster:$version" "$(stand_in_digest)" stand_in_tree syncer
}

# The program's own text is part of the name: a change of it makes another binary.
build_syncer() {
    SYNCER=$CACHE/syncer-$(cat "$STAND_IN_SOURCE"/*.go | sha256sum | head -c 12)
    [[ -x $SYNCER ]] && return
    say "building the syncer"
    (
        cd "$STAND_IN_SOURCE" || return
        export GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOCACHE=$CACHE/syncer-build
        nice -n 10 /usr/lib/go-1.19/bin/go build -p 2 -trimpath -ldflags '-s -w' -o "$SYNCER.new" .
    ) >"$CACHE/syncer.log" 2>&1 || die "building the syncer failed; see $CACHE/syncer.log"
    mv "$SYNCER.new" "$SYNCER"
}

# The binaries' sizes stand for their contents: reading a quarter of a gigabyte takes longer than all the rest.
stand_in_digest() {
    stat -c '%n %s' "$SYNCER" "$BINARIES/kube-apiserver" "$BINARIES/kube-controller-manager" /usr/bin/etcd /bin/busybox |
        cat - "$PARTS/vcluster.sh" | sha256sum | head -c 12
}

stand_in_tree() {
    local tree=$1 library
    busybox_tree "$tree"
    mkdir -p "$tree"/{data,pki,usr/bin}
    cp "$SYNCER" "$tree/usr/bin/syncer"
    cp "$BINARIES"/kube-{apiserver,controller-manager} /usr/bin/etcd "$tree/usr/bin/"
    # Debian's etcd is not static: its libraries go where it looks for them.
    for library in $(ldd /usr/bin/etcd | grep -o '/[^ ]*'); do
        install -D "$library" "$tree$library"
    done
}
