# shellcheck shell=bash
# Images without a registry: one layer and its manifest, packed here and imported into the node's containerd.

BUSYBOX_IMAGE=envfactory.test/busybox:1
PAUSE_IMAGE=envfactory.test/pause:1

import_base_images() {
    local tree=$CLUSTER/images/busybox
    busybox_tree "$tree"
    import_directory "$BUSYBOX_IMAGE" "$tree" sh
    import_directory "$PAUSE_IMAGE" "$tree" sleep 2147483647
    rm -rf "$CLUSTER/images"
}

busybox_tree() {
    local tree=$1 applet
    mkdir -p "$tree"/{bin,etc,home,proc,root,sys,var,www,tmp}
    chmod 1777 "$tree/tmp"
    cp /bin/busybox "$tree/bin/busybox"
    for applet in $(busybox --list); do
        [[ $applet == busybox ]] || ln -s busybox "$tree/bin/$applet"
    done
    printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/false' >"$tree/etc/passwd"
    printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$tree/etc/group"
}

# host-cluster image ARCHIVE, or image NAME:TAG DIRECTORY [COMMAND...] for a root file system.
image() {
    level_is node || die "cluster $NAME has no node to hold images; up it with LEVEL=node"
    case $# in
        0) die "usage: host-cluster image <archive.tar> | <name:tag> <directory> [command...]" ;;
        1) ctr_here image import "$1" ;;
        *) import_directory "$@" ;;
    esac
}

# offer NAME:VERSION DIGEST TREE COMMAND... : gives the node the image, unless it has this very one, and prints its
# name. TREE is a function that fills a folder. The content's digest is a second name: another content is another image
# of the same version.
offer() {
    local reference=$1 content=$1-$2 tree=$3 folder=$CLUSTER/images/offered
    shift 3
    if [[ -z $(ctr_here image ls -q "name==$content") ]]; then
        say "making $reference"
        "$tree" "$folder"
        import_directory "$content" "$folder" "$@"
        rm -rf "$CLUSTER/images"
        ctr_here image tag --force "$content" "$reference" >/dev/null
    fi
    echo "$reference"
}

import_directory() {
    local reference=$1 tree=$2 work
    shift 2
    work=$(mktemp -d "$CLUSTER/image.XXXXXX")
    tar -C "$tree" --numeric-owner --owner=0 --group=0 -cf "$work/layer.tar" .
    image_config "$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)" "$@" >"$work/config.json"
    printf '[{"Config":"config.json","RepoTags":[%s],"Layers":["layer.tar"]}]\n' "$(quoted "$reference")" \
        >"$work/manifest.json"
    tar -C "$work" -cf "$work/image.tar" manifest.json config.json layer.tar
    ctr_here image import "$work/image.tar" >>"$LOGS/images.log" 2>&1
    rm -rf "$work"
}

image_config() {
    local digest=$1
    shift
    printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=%s"],"Cmd":[%s]},' \
        "$(dpkg --print-architecture)" /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$(quoted "$@")"
    printf '"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}\n' "$digest"
}

# The arguments as JSON strings between commas.
quoted() {
    local argument list=()
    for argument in "$@"; do
        argument=${argument//\\/\\\\}
        list+=("\"${argument//\"/\\\"}\"")
    done
    (IFS=, && echo "${list[*]}")
}
