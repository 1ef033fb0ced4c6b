# A class of virtual clusters is applied, and alice has an API server of her own
# shellcheck shell=bash disable=SC2154

Scripts/host-cluster volume story-1 2Gi >/dev/null
virtual_class virtual "$chart_digest" "" 3Gi true >"$work/virtual.yaml"
virtual_environment vc-1 virtual >"$work/vc-1.yaml"
check "the administrator applies a class of virtual clusters" "${admin[@]}" apply -f "$work/virtual.yaml"
began=$SECONDS
check "alice applies an environment of it" "${alice[@]}" apply -f "$work/vc-1.yaml"
check "it becomes ready" "$envfactory" wait vc-1 --kubeconfig "$work/alice" -n team-payments --timeout 180s
echo "  (ready after $((SECONDS - began)) s)"
eventually "kubectl with its kubeconfig reaches the API server in the pod" 10 inside vc-1 get namespaces
check "what the class puts inside is there" inside vc-1 get configmap greeting -n shop
uid=$(inside vc-1 get namespace kube-system -o 'jsonpath={.metadata.uid}')
check "its release is Helm's to read" sh -c "[ \"$(records vc-1)\" = '1 deployed' ]"

host=$(host_namespace vc-1)
"${admin[@]}" delete secret envfactory-kubeconfig -n "$host" >/dev/null
eventually "a kubeconfig that somebody deleted comes back" 90 "${alice[@]}" get secret envfactory-kubeconfig -n "$host"

"${alice[@]}" patch environment vc-1 --type merge -p '{"spec":{"kubeconfig":{"publishTo":"vc-1"}}}' >/dev/null
eventually "a copy that may not be written says what an administrator must do" 30 \
    condition vc-1 KubeconfigReady 'kubectl create rolebinding envfactory-publisher'
"${admin[@]}" create rolebinding envfactory-publisher -n team-payments --clusterrole=envfactory-publisher \
    --serviceaccount=envfactory-system:envfactory >/dev/null
eventually "and is there once that was done" 60 "${alice[@]}" get secret vc-1

"${alice[@]}" patch environment vc-1 --type merge -p '{"spec":{"parameters":{"team":"search"}}}' >/dev/null
eventually "another parameter is another revision" 60 sh -c "'${admin[0]}' --kubeconfig '$cluster/admin.kubeconfig' \
    get secrets -n '$host' -l owner=helm,version=2,status=deployed -o name | grep -q ."
eventually "it is ready again" 120 reason vc-1 Ready

"${alice[@]}" patch environment vc-1 --type merge -p '{"spec":{"suspend":true}}' >/dev/null
eventually "it sleeps when it shall" 60 reason vc-1 Suspended
# asleep: no pod is left, and vCluster's own command line would call it paused.
asleep() {
    [ -z "$("${admin[@]}" get pods -n "$host" -o name)" ] &&
        "${admin[@]}" get statefulset vc-1 -n "$host" -o 'jsonpath={.metadata.annotations}' | grep -q '"loft.sh/paused":"true"'
}
eventually "without pods, and marked as vcluster pause does" 120 asleep
"${alice[@]}" patch environment vc-1 --type merge -p '{"spec":{"suspend":false}}' >/dev/null
eventually "it wakes up" 120 reason vc-1 Ready
if [ "$(inside vc-1 get namespace kube-system -o 'jsonpath={.metadata.uid}')" = "$uid" ]; then
    ok "the same cluster answers as before"
else
    not_ok "another cluster answers than before"
fi
check "alice deletes it" "${alice[@]}" delete environment vc-1 --timeout=120s
check "its namespace is gone" gone namespace "$host"
check "its copy is gone" gone secret vc-1 -n team-payments
eventually "its volume is gone" 30 gone persistentvolume story-1
