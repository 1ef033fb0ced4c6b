# Virtual clusters to be had: the stand-in's image in the node, its chart in a repository. Sourced where one is needed.
# shellcheck shell=bash disable=SC2034

# offer_vclusters FOLDER [OPTION...]: sets repository, chart_version and chart_digest; options go to the server. The
# image and the archive are made once for the same content.
offer_vclusters() {
    local folder=$1 _
    shift
    Scripts/host-cluster stand-in >/dev/null || return
    read -r _ chart_version chart_digest < <(
        Scripts/chart-repository pack Tests/Charts/vcluster-stand-in --to "$folder"
    )
    Scripts/chart-repository serve "$folder" --log "$folder.log" "$@" >"$folder.url" &
    repository_pid=$!
    for _ in $(seq 100); do
        [ ! -s "$folder.url" ] || break
        sleep 0.1
    done
    repository=$(cat "$folder.url")
    [ -n "$repository" ]
}

withdraw_vclusters() {
    [ -n "${repository_pid:-}" ] || return 0
    kill "$repository_pid" 2>/dev/null || true
    wait "$repository_pid" 2>/dev/null || true
    repository_pid=
}
