# What is wrong is refused by the definition, or by the operator where the server knows no rules
# shellcheck shell=bash disable=SC2154

# environment NAME SPEC: an Environment of class review.
environment() {
    printf 'apiVersion: envfactory.dev/v1alpha1\nkind: Environment\nmetadata: {name: "%s"}\nspec: {environmentClassName: review, %s}\n' \
        "$1" "$2"
}

# not_admitted TITLE NAME SPEC: the definition itself refuses it.
not_admitted() {
    environment "$2" "$3" >"$work/refused.yaml"
    refused "$1" 'invalid|should match|must' "${alice[@]}" apply -f "$work/refused.yaml"
}

for ttl in -1h 1h1h P1D '９h' 1e400h NaN ' 1h' 99999999999999999999h; do
    not_admitted "D1: ttl '$ttl'" refused "ttl: \"$ttl\""
done
for amount in 1.5.2Gi 10GB Infinity 0x10 '1 Gi'; do
    not_admitted "D3: an amount of '$amount'" refused "quota: {hard: {requests.memory: \"$amount\"}}"
done
for name in UPPER a.b. . .. -a 'a_b' "$(printf 'x%.0s' $(seq 254))"; do
    not_admitted "D4: the name ${name:0:20}" "$name" 'ttl: 1h'
done

# rejected TITLE NAME SPEC PATTERN: the definition lets it pass on this server, the operator does not.
rejected() {
    environment "$2" "$3" >"$work/rejected.yaml"
    if ! output=$("${alice[@]}" apply -f "$work/rejected.yaml" 2>&1); then
        # A server that knows the definition's rules says the same at once.
        if grep -qE -- "$4" <<<"$output"; then ok "$1"; else not_ok "$1"; fi
        return
    fi
    eventually "$1" 10 says "$2" '{.status.conditions[?(@.type=="Accepted")].message}' "$4"
    check "$1: nothing is made for it" test -z "$(field "$2" '{.status.namespace.name}')"
    "${alice[@]}" delete environment "$2" --timeout=30s >/dev/null
}
rejected "D1: a ttl of nothing" zero 'ttl: 0s' 'longer than 0s'
rejected "D3: a negative amount" negative 'quota: {hard: {pods: "-1"}}' 'pods'
rejected "D4: a name of the cluster's own" kube-x 'ttl: 1h' 'kube-'
rejected "F9: acting for the cluster's masters" masters 'access: [{kind: Group, name: "system:masters"}]' 'system:'
rejected "F7: a class of another team's" others 'ttl: 1h, inference: {endpointName: x}' 'nference'

check "D6: an environment is made" "$envfactory" create fixed --class review --wait --timeout 60s --quiet \
    --kubeconfig "$cluster/admin.kubeconfig" -n team-payments
made=$(field fixed '{.status.namespace.uid}')
if output=$("${alice[@]}" patch environment fixed --type=merge -p '{"spec":{"environmentClassName":"other"}}' 2>&1); then
    eventually "D6: another class is refused" 10 says fixed '{.status.conditions[?(@.type=="Accepted")].status}' False
    check "D6: its namespace is as it was" test "$(field fixed '{.status.namespace.uid}')" = "$made"
    "${alice[@]}" patch environment fixed --type=merge -p '{"spec":{"environmentClassName":"review"}}' >/dev/null
else
    ok "D6: another class is refused"
fi
eventually "D22: corrected, it is ready without anybody's help" 20 reason fixed Ready
