# A foreign finalizer holds an environment, which names it
# shellcheck shell=bash disable=SC2154

check "alice creates it" "$envfactory" create pr-44 --class review --wait --access User:alice \
    --kubeconfig "$work/alice" -n team-payments
held=$(host_namespace pr-44)
"${admin[@]}" apply -f - >/dev/null <<END
apiVersion: v1
kind: ConfigMap
metadata: {name: keep, namespace: $held, finalizers: [example.com/hold]}
END
code "the command line waits for it in vain, and says so" 8 \
    "$envfactory" delete pr-44 --wait --timeout 25s --kubeconfig "$work/alice" -n team-payments
eventually "the condition names kind, name and finalizer" 30 \
    says pr-44 '{.status.conditions[?(@.type=="Terminated")].message}' 'ConfigMap keep, held by example.com/hold since'
check "and so do the leftovers" says pr-44 '{.status.leftovers[0].heldBy}' '^example.com/hold$'
check "the foreign finalizer is untouched" sh -c \
    "'$cluster/bin/kubectl' --kubeconfig '$cluster/admin.kubeconfig' get configmap keep -n '$held' \
        -o jsonpath='{.metadata.finalizers}' | grep -q example.com/hold"
"${admin[@]}" patch configmap keep -n "$held" --type=merge -p '{"metadata":{"finalizers":null}}' >/dev/null
eventually "it goes when the finalizer does" 90 gone environment pr-44 -n team-payments
check "and its namespace with it" gone namespace "$held"
