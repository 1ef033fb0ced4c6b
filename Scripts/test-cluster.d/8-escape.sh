# Tenants reach nothing beyond what was given to them
# shellcheck shell=bash disable=SC2154

host=$(host_namespace fixed)
as_tenant=("${admin[@]}" --as "system:serviceaccount:$host:envfactory-tenant" -n "$host")

# F13: who reads the kubeconfig's Secret.
readers=
for subject in system:anonymous alice "system:serviceaccount:$host:default" system:serviceaccount:default:default \
    system:serviceaccount:team-payments:default system:serviceaccount:envfactory-system:envfactory \
    system:serviceaccount:envfactory-system:default; do
    groups=()
    case $subject in
        system:serviceaccount:*)
            namespace=${subject#system:serviceaccount:}
            groups=(--as-group system:serviceaccounts --as-group "system:serviceaccounts:${namespace%%:*}")
            ;;
    esac
    if "${admin[@]}" auth can-i get secrets/envfactory-kubeconfig -n "$host" --as "$subject" "${groups[@]}" >/dev/null 2>&1; then
        readers+=" $subject"
    fi
done
output=$readers
expected=" system:serviceaccount:team-payments:default system:serviceaccount:envfactory-system:envfactory"
if [ "$readers" = "$expected" ]; then
    ok "F13: the kubeconfig's readers are the team and the operator"
else
    not_ok "F13: the kubeconfig is read by others"
fi

# F11: many at once; what the quota admits is what counts, whoever runs first.
pod() {
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: "flood-%s"}\nspec: {containers: [{name: c, image: x}]}\n' "$1"
}
for number in $(seq 30); do
    { pod "$number" | "${as_tenant[@]}" create -f - >/dev/null 2>&1 || true; } &
done
# Only what was started here is waited for.
for job in $(jobs -p); do wait "$job" || true; done
admitted=$("${admin[@]}" get pods -n "$host" --no-headers 2>/dev/null | wc -l)
output="$admitted pods"
if [ "$admitted" -ge 1 ] && [ "$admitted" -le 5 ]; then
    ok "F11: of thirty pods at once no more are admitted than the quota says"
else
    not_ok "F11: the quota of five was exceeded, or nothing was admitted"
fi

# F10, F3: what would widen one's own rights.
for attempt in \
    "create rolebinding mine --clusterrole=edit --user=mallory" \
    "create role mine --verb=get --resource=secrets" \
    "annotate namespace $host a=b" \
    "label namespace $host envfactory.dev/environment=other --overwrite" \
    "delete namespace $host" \
    "create quota mine --hard=pods=100" \
    "delete limitrange envfactory" \
    "get secrets -n kube-system" \
    "get environments -A" \
    "create clusterrolebinding mine --clusterrole=cluster-admin --user=mallory"; do
    # shellcheck disable=SC2086
    refused "F10: $attempt" 'forbidden' "${as_tenant[@]}" $attempt
done
check "the environment goes" "${alice[@]}" delete environment fixed --timeout=120s
