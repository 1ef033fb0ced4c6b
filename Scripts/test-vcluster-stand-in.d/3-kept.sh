# With a volume it is the same virtual cluster, whatever becomes of its pods
# shellcheck shell=bash disable=SC2154

Scripts/host-cluster volume stand-in-kept 2>/dev/null
began=$(date +%s%3N)
install stand-in-kept --set exportKubeConfig.server=https://pr-42.example --set exportKubeConfig.context=pr-42
check "with a volume it is a StatefulSet" exists stand-in-kept statefulset/vc
check "which has a headless Service" is "$(object stand-in-kept service/vc-headless '{.spec.clusterIP}')" None
eventually "it becomes ready" 120 pod_ready stand-in-kept statefulset/vc
took "ready"
check "its claim is bound" is "$(object stand-in-kept persistentvolumeclaim/data-vc-0 '{.status.phase}')" Bound
eventually "its kubeconfig appears" 30 exists stand-in-kept secret/vc-vc
took "the kubeconfig"
check "for the server that was asked for" matches "$(decoded stand-in-kept config)" 'server: https://pr-42.example$'
check "and with that context" matches "$(decoded stand-in-kept config)" '^current-context: pr-42$'
eventually "the API server answers at the Service's address" 30 fetches stand-in-kept

before=$(uid stand-in-kept)
inside stand-in-kept create configmap kept -n default --from-literal=a=b >/dev/null
restarted stand-in-kept statefulset "its pod comes back after it is deleted"
check "it is the same cluster" is "$(uid stand-in-kept)" "$before"
check "with what was in it" inside stand-in-kept get configmap kept -n default

"${admin[@]}" scale -n stand-in-kept statefulset/vc --replicas=0 >/dev/null
scaled_down() { [ -z "$(pod stand-in-kept)" ]; }
eventually "it is scaled to nothing" 40 scaled_down
"${admin[@]}" scale -n stand-in-kept statefulset/vc --replicas=1 >/dev/null
eventually "and back" 90 pod_ready stand-in-kept statefulset/vc
eventually "it answers" 30 inside stand-in-kept get namespaces
check "as the same cluster" is "$(uid stand-in-kept)" "$before"
