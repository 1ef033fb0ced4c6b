# Where it made nothing, the operator has nothing beyond envfactory-core
# shellcheck shell=bash disable=SC2154

operator=system:serviceaccount:envfactory-system:envfactory
"${admin[@]}" create namespace foreign >/dev/null

# may VERB RESOURCE[/SUBRESOURCE] NAMESPACE: what the authorizer says.
may() {
    local subresource=
    case $2 in */*) subresource=--subresource=${2#*/} ;; esac
    # shellcheck disable=SC2086
    "${admin[@]}" auth can-i "$1" "${2%/*}" $subresource -n "$3" --as "$operator" 2>/dev/null | tail -n 1
}

allowed=0
wrong=
while read -r verb resource; do
    for namespace in kube-system default foreign; do
        if [ "$(may "$verb" "$resource" "$namespace")" = yes ]; then
            allowed=$((allowed + 1))
            wrong+="$verb $resource in $namespace"$'\n'
        fi
    done
done <<'END'
get secrets
list secrets
watch secrets
create secrets
patch secrets
delete secrets
get configmaps
list configmaps
patch configmaps
get pods
list pods
create pods
delete pods
create pods/exec
get pods/log
create serviceaccounts
create serviceaccounts/token
delete serviceaccounts
create resourcequotas
patch resourcequotas
delete resourcequotas
create networkpolicies.networking.k8s.io
delete networkpolicies.networking.k8s.io
create limitranges
create deployments.apps
create services
get services
patch endpoints
get deployments.apps
patch statefulsets.apps
list nodes
watch persistentvolumes
create roles.rbac.authorization.k8s.io
patch clusterroles.rbac.authorization.k8s.io
create clusterroles.rbac.authorization.k8s.io
escalate clusterroles.rbac.authorization.k8s.io
create clusterrolebindings.rbac.authorization.k8s.io
impersonate users
impersonate serviceaccounts
create environments.envfactory.dev
patch environmentclasses.envfactory.dev
delete environmentclasses.envfactory.dev
patch customresourcedefinitions.apiextensions.k8s.io
create persistentvolumes
patch nodes
get nodes/proxy
update namespaces/finalize
END
output=$wrong
if [ "$allowed" -eq 0 ]; then
    ok "every ungranted verb is refused in kube-system, default and a foreign namespace"
else
    not_ok "$allowed rights too many"
fi
for right in "list environments.envfactory.dev" "patch environments.envfactory.dev/status" "create namespaces" \
    "watch networkpolicies.networking.k8s.io" \
    "watch services" "list resourcequotas" "create rolebindings.rbac.authorization.k8s.io" "create events.events.k8s.io"; do
    # shellcheck disable=SC2086
    check "granted: $right" test "$(may ${right% *} ${right#* } foreign)" = yes
done

check "an environment is made" "$envfactory" create rights --class review --wait --timeout 60s \
    --kubeconfig "$cluster/admin.kubeconfig" -n team-payments --quiet
made=$(field rights '{.status.namespace.name}')
check "in the namespace it made, it may write Secrets" test "$(may create secrets "$made")" = yes
check "there too it may not exec into pods" test "$(may create pods/exec "$made")" = no
check "there too it may not make roles" test "$(may create roles.rbac.authorization.k8s.io "$made")" = no
check "the environment goes" "${alice[@]}" delete environment rights --timeout=120s
check "with it the rights are gone" test "$(may create secrets "$made")" = no
"${admin[@]}" delete namespace foreign >/dev/null
