# The tenant is kept to what is its own
# shellcheck shell=bash disable=SC2154

host=$(host_namespace pr-42)
"${admin[@]}" create secret generic others -n default --from-literal=a=b >/dev/null
refused "another's Secret" 'forbidden' "${tenant[@]}" get secret others -n default
refused "its own quota" 'forbidden' "${tenant[@]}" delete resourcequota envfactory
refused "its own network policy" 'forbidden' "${tenant[@]}" delete networkpolicy envfactory-isolation
refused "its own limit range" 'forbidden' "${tenant[@]}" delete limitrange envfactory
refused "its own bindings" 'forbidden' "${tenant[@]}" delete rolebinding envfactory-tenant
refused "a binding to cluster-admin" 'forbidden' \
    "${tenant[@]}" create rolebinding mine --clusterrole=cluster-admin --user=alice
refused "a role that grants more" 'forbidden' \
    "${tenant[@]}" create role mine --verb='*' --resource=secrets
refused "its namespace's labels" 'forbidden' \
    "${tenant[@]}" label namespace "$host" pod-security.kubernetes.io/enforce=privileged --overwrite
refused "somebody who has no access" 'forbidden|cannot' \
    "$envfactory" kubeconfig pr-42 --print --kubeconfig "$work/mallory" -n team-payments
"${admin[@]}" delete secret others -n default >/dev/null

"${admin[@]}" delete resourcequota envfactory -n "$host" >/dev/null
eventually "a quota that somebody deletes is back" 10 "${admin[@]}" get resourcequota envfactory -n "$host"
"${admin[@]}" patch networkpolicy envfactory-isolation -n "$host" --type=merge -p '{"spec":{"egress":[{}]}}' >/dev/null
eventually "a network policy that somebody opens is closed" 10 sh -c \
    "'$cluster/bin/kubectl' --kubeconfig '$cluster/admin.kubeconfig' get networkpolicy envfactory-isolation \
        -n '$host' -o jsonpath='{.spec.egress[0].to}' | grep -q podSelector"
