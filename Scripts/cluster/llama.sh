# shellcheck shell=bash
# The image of a real llama-server: Debian's, with the curl and sha256sum that fetch a model.

# host-cluster llama-server : gives the node the image, unless it has this very one, and prints its name.
llama_server() {
    level_is node || die "cluster $NAME has no node to hold images; up it with LEVEL=node"
    local version
    LLAMA_ROOT=$("$ROOT/Scripts/llama/server" --root)
    version=${LLAMA_ROOT%/root}
    version=${version##*/llama-server-}
    offer "envfactory.test/llama-server:${version%%[+~-]*}" "$(llama_digest "$version")" llama_tree llama-server
}

# Debian's version stands for the content, with what is made of it here.
llama_digest() {
    stat -c '%n %s' /bin/busybox | cat - <(echo "$1") "$ROOT/Scripts/llama/server" "$PARTS/llama.sh" |
        sha256sum | head -c 12
}

llama_tree() {
    busybox_tree "$1"
    cp -a "$LLAMA_ROOT/." "$1/"
}
