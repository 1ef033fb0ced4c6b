# shellcheck shell=bash
# Packages of another suite than the machine's, to be sourced. The archive that the machine uses is asked, and its
# signature checked; lists, status and archives are of their own: the machine's configuration stays as it is.

# debian_archive: its URI, in either spelling of an apt source; fails where there is none.
debian_archive() {
    local archive
    archive=$({
        cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '$1 == "URIs:" { print $2 }'
        cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
            sed -E 's/\[[^]]*\]//' | awk '$1 == "deb" { print $2 }'
    } | grep -m 1 '/debian/*$' || true)
    [ -n "$archive" ] && echo "$archive"
}

# suite_prepare FOLDER SUITE: makes FOLDER what suite_apt_get works in.
suite_prepare() {
    local folder=$1 suite=$2 archive
    archive=$(debian_archive) || return
    mkdir -p "$folder"/{state/lists/partial,archives/partial} || return
    # Nothing is installed: what a package needs is fetched down to libc.
    touch "$folder/status" || return
    cat >"$folder/debian.sources" <<SOURCES
Types: deb
URIs: $archive
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
}

# suite_apt_get FOLDER COMMAND...: apt-get with that suite alone; what it downloads is in FOLDER/archives.
suite_apt_get() {
    local folder=$1
    shift
    apt-get -o "Dir::Etc::sourcelist=$folder/debian.sources" -o Dir::Etc::sourceparts=- \
        -o "Dir::State=$folder/state" -o "Dir::State::status=$folder/status" \
        -o "Dir::Cache=$folder" -o "Dir::Cache::archives=$folder/archives" \
        -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@" </dev/null
}
