# An environment that lost its finalizer leaves a namespace that is reported, and left
# shellcheck shell=bash disable=SC2154

check "an environment is made" "$envfactory" create orphan --class review --wait --timeout 60s \
    --kubeconfig "$cluster/admin.kubeconfig" -n team-payments --quiet
left=$(field orphan '{.status.namespace.name}')
# While the operator is down: it would put its finalizer back.
Scripts/operator stop >/dev/null
"${alice[@]}" patch environment orphan --type=merge -p '{"metadata":{"finalizers":[]}}' >/dev/null
"${alice[@]}" delete environment orphan --timeout=20s >/dev/null
Scripts/operator start

# reported: the event is the namespace's, which is cluster-scoped: it lies in kube-system.
reported() {
    "${admin[@]}" get events -n kube-system --field-selector "involvedObject.kind=Namespace,involvedObject.name=$left" \
        -o 'jsonpath={.items[*].reason}' | grep -q Orphaned
}
eventually "the namespace is reported" 20 reported
check "it is left" "${admin[@]}" get namespace "$left"
# By hand, as the event says.
check "an administrator deletes it" "${admin[@]}" delete namespace "$left" --timeout=60s
