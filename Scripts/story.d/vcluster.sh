# Virtual clusters to be had: the stand-in's image in the node, its chart in a repository. Sourced where one is needed.
# shellcheck shell=bash disable=SC2034,SC2154

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

# virtual_class NAME DIGEST TAG MEMORY VOLUME: a class whose chart, image and quota are right or wrong.
virtual_class() {
    cat <<END_OF_CLASS
apiVersion: envfactory.dev/v1alpha1
kind: EnvironmentClass
metadata: {name: $1}
spec:
  description: Virtual clusters
  isolation: VirtualCluster
  usage: {namespaceSelector: {matchLabels: {team: payments}}}
  lifetime: {default: 24h, maximum: 72h, retention: 5s}
  podSecurity: {enforce: privileged}
  quota: {hard: {pods: "5", requests.cpu: "1", requests.memory: 2Gi, limits.cpu: "3", limits.memory: $4}}
  network: {mode: Isolated, apiServerCIDRs: [0.0.0.0/0]}
  parameters: [{name: team, type: String, default: payments, path: controlPlane.statefulSet.labels.team}]
  virtualCluster:
    chart: {repository: "$repository", name: vcluster, version: $chart_version, digest: "$2"}
    values:
      controlPlane:
        statefulSet:
          image: {registry: envfactory.test, repository: vcluster, tag: "$3"}
          resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: "1", memory: 640Mi}}
          persistence: {volumeClaim: {enabled: $5}}
    manifests:
      - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: greeting, namespace: shop}, data: {text: hello}}
END_OF_CLASS
}

# virtual_environment NAME CLASS: an Environment of it.
virtual_environment() {
    cat <<END_OF_ENVIRONMENT
apiVersion: envfactory.dev/v1alpha1
kind: Environment
metadata: {name: $1, namespace: team-payments}
spec:
  environmentClassName: $2
  access: [{kind: User, name: alice}]
END_OF_ENVIRONMENT
}

# condition NAME TYPE PATTERN: its reason and message match.
condition() { field "$1" "{.status.conditions[?(@.type==\"$2\")]['reason','message']}" | grep -qE -- "$3"; }

# inside NAME COMMAND...: kubectl in the virtual cluster, by the handed-out kubeconfig, past the cluster's DNS.
inside() {
    local name=$1 namespace address
    shift
    namespace=$(host_namespace "$name")
    address=$("${admin[@]}" get service "$name" -n "$namespace" -o 'jsonpath={.spec.clusterIP}')
    "${alice[@]}" get secret envfactory-kubeconfig -n "$namespace" -o 'jsonpath={.data.value}' | base64 -d >"$work/$name"
    timeout 20 "$cluster/bin/kubectl" --kubeconfig "$work/$name" --server "https://$address" \
        --tls-server-name "$name.$namespace" "$@"
}

# records NAME: revision and status of each, as an independent reader reads them.
records() {
    "${admin[@]}" get secrets -n "$(host_namespace "$1")" -l owner=helm -o json |
        python3 Scripts/release-reader.py list
}
