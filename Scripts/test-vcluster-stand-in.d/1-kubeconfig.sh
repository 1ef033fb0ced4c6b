# The kubeconfig comes late, and once
# shellcheck shell=bash disable=SC2154

download() { curl -sf --noproxy '*' --cacert "$repository_authority" "$repository/$1"; }
archive=sha256:$(download "vcluster-$chart_version.tgz" | sha256sum | cut -d' ' -f1)
check "the repository serves the archive that the digest names" is "$archive" "$chart_digest"
check "and its index says so" matches "$(download index.yaml)" "^    digest: ${chart_digest#sha256:}\$"

began=$(date +%s%3N)
install stand-in-lost --set controlPlane.statefulSet.persistence.volumeClaim.enabled=false \
    --set 'controlPlane.proxy.extraSANs={api.example}' \
    --set-json 'controlPlane.statefulSet.env=[{"name":"STAND_IN_SECRET_DELAY","value":"6s"}]'
check "without a volume it is a Deployment" exists stand-in-lost deployment/vc
eventually "it becomes ready" 120 pod_ready stand-in-lost deployment/vc
took "ready"
eventually "its kubeconfig appears" 30 exists stand-in-lost secret/vc-vc
took "the kubeconfig"
# By the API server's own times: what this script's commands take does not count.
appeared=$(object stand-in-lost secret/vc-vc '{.metadata.creationTimestamp}')
ready=$(object stand-in-lost pods '{.items[0].status.conditions[?(@.type=="Ready")].lastTransitionTime}')
check "later than the pod is ready ($ready, $appeared)" sh -c "[ '$appeared' '>' '$ready' ]"
keys=$(object stand-in-lost secret/vc-vc '{.data}' | grep -o '"[a-z-]*":' | tr -d '":' | xargs)
check "with vCluster's keys" is "$keys" "certificate-authority client-certificate client-key config token"
check "and labels" matches "$(object stand-in-lost secret/vc-vc '{.metadata.labels}')" \
    '"app":"vcluster","vcluster-name":"vc"'
check "owned by the Service" is "$(object stand-in-lost secret/vc-vc '{.metadata.ownerReferences[0].uid}')" \
    "$(object stand-in-lost service/vc '{.metadata.uid}')"
check "for a server at localhost" matches "$(decoded stand-in-lost config)" 'server: https://localhost:8443$'

eventually "the API server answers at the Service's address" 30 fetches stand-in-lost
check "it is trusted as <name>.<namespace>" is "$(named stand-in-lost vc.stand-in-lost)" "0 (ok)"
check "and as what extraSANs names" is "$(named stand-in-lost api.example)" "0 (ok)"
check "not as <name>.<namespace>.svc" matches "$(named stand-in-lost vc.stand-in-lost.svc)" "ostname mismatch"
check "a namespace is made inside" inside stand-in-lost create namespace inner
check "and goes again" inside stand-in-lost delete namespace inner --timeout=20s

"${admin[@]}" delete secret -n stand-in-lost vc-vc >/dev/null
sleep 12
check "a kubeconfig that somebody deletes stays away" absent stand-in-lost secret/vc-vc
