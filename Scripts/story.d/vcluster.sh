# Virtual clusters to be had: the stand-in's image in the node, its chart in a repository. Sourced where one is needed.
# shellcheck shell=bash disable=SC2034

# offer_vclusters FOLDER [OPTION...]: as serve_vcluster_chart; the image is made once for the same content.
offer_vclusters() {
    Scripts/host-cluster stand-in >/dev/null || return
    serve_vcluster_chart "$@"
}

# serve_vcluster_chart FOLDER [OPTION...]: sets repository (HTTPS at loopback), repository_authority (the file that
# trusts it), chart_version and chart_digest; options go to the server.
serve_vcluster_chart() {
    local folder=$1 _
    shift
    read -r _ chart_version chart_digest < <(
        Scripts/chart-repository pack Tests/Charts/vcluster-stand-in --to "$folder"
    )
    repository_authority=$folder.crt
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=charts -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$folder.key" -out "$repository_authority" 2>/dev/null || return
    Scripts/chart-repository serve "$folder" --certificate "$repository_authority" --key "$folder.key" \
        --log "$folder.log" "$@" >"$folder.url" &
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
