# shellcheck shell=bash
# Kubernetes from Debian's source package, built once and kept outside the checkout.

KUBERNETES_COMMANDS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

ensure_kubernetes() {
    [[ -d $BINARIES ]] && return
    mkdir -p "$CACHE"
    # The lock is released with the subshell, however it ends; whoever waited finds the binaries there.
    (
        flock -n 9 || { say "another run is building Kubernetes; waiting for it" && flock 9; }
        [[ -d $BINARIES ]] || build_kubernetes
    ) 9>"$CACHE/build.lock"
}

build_kubernetes() {
    install_packages "${BUILD_PACKAGES[@]}"
    local work
    work=$(mktemp -d "$CACHE/build.XXXXXX")
    # shellcheck disable=SC2064  # the directory of now
    trap "rm -rf '$work'" EXIT
    say "building Kubernetes $KUBERNETES_VERSION (several minutes, once); log: $CACHE/build.log"
    if ! (fetch_source "$work" && compile "$work/source" && keep_binaries "$work") >"$CACHE/build.log" 2>&1; then
        tail -n 20 "$CACHE/build.log" >&2
        die "building Kubernetes failed; see $CACHE/build.log"
    fi
}

# Sources are asked for from the archive the machine already uses, with lists of their own: the machine's
# configuration stays as it is. Suites of other vendors are passed over, they have no Kubernetes source.
fetch_source() {
    local work=$1 options
    mkdir -p "$work/lists/partial"
    source_entries >"$work/debian.sources"
    options=(
        -o "Dir::Etc::sourcelist=$work/debian.sources" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root
    )
    apt-get "${options[@]}" update &&
        (cd "$work" && apt-get "${options[@]}" source --only-source kubernetes) &&
        mv "$work"/kubernetes-*/ "$work/source" &&
        grep -q "really$KUBERNETES_VERSION" "$work/source/debian/changelog"
}

# Both spellings of an apt source, as deb822 stanzas of type deb-src.
source_entries() {
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk -v RS= -v ORS='\n\n' -v suite="(^|\n)Suites:[^\n]*[ \t]$codename" '$0 ~ suite' |
        sed 's/^Types:.*/Types: deb-src/'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -E 's/\[[^]]*\]//' |
        awk -v codename="$codename" '$1 == "deb" && index($3, codename) == 1 {
            printf "Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n\n", $2, $3 }'
}

compile() {
    local tree=$1
    swap_reflect2 "$tree" || return
    mkdir -p "$tree/.go/src/k8s.io"
    ln -s "$tree" "$tree/.go/src/k8s.io/kubernetes"
    (
        # The tree is built in GOPATH mode, as Debian's rules do: module mode refuses its vendor directory.
        cd "$tree/.go/src/k8s.io/kubernetes" || return
        export PATH=/usr/lib/go-1.19/bin:$PATH GOPATH=$tree/.go GOCACHE=$tree/.gocache
        export GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOMAXPROCS=2 GOFLAGS=-p=2 GOLDFLAGS='-s -w'
        nice -n 10 make WHAT="${KUBERNETES_COMMANDS[*]/#/cmd/}"
    )
}

# With the vendored reflect2 1.0.1 and Go 1.19 the first pretty-printed answer that holds a map kills
# kube-apiserver ("fatal error: fault"); Debian's package is 1.0.2, which is fit for Go 1.18 and newer.
swap_reflect2() {
    local vendored=$1/vendor/github.com/modern-go/reflect2
    rm -rf "$vendored" && cp -rL /usr/share/gocode/src/github.com/modern-go/reflect2 "$vendored"
}

# The rename makes the cache whole or absent, never half there.
keep_binaries() {
    local work=$1 command
    mkdir "$work/keep"
    for command in "${KUBERNETES_COMMANDS[@]}"; do
        cp "$work/source/_output/bin/$command" "$work/keep/" || return
    done
    mv -T "$work/keep" "$BINARIES"
}
