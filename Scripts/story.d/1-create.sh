# A class and an environment are applied, and alice has a cluster to work in
# shellcheck shell=bash disable=SC2154

cat >"$work/class.yaml" <<END
apiVersion: envfactory.dev/v1alpha1
kind: EnvironmentClass
metadata: {name: review}
spec:
  description: Pull-request environments
  isolation: Namespace
  usage: {namespaceSelector: {matchLabels: {team: payments}}}
  lifetime: {default: 24h, maximum: 72h, warnings: [30s], retention: 5s}
  podSecurity: {enforce: baseline}
  quota: {hard: {pods: "5", requests.cpu: "1", requests.memory: 1Gi, limits.cpu: "2", limits.memory: 2Gi}}
  limitRange: [{type: Container, default: {cpu: 100m, memory: 64Mi}, defaultRequest: {cpu: 10m, memory: 16Mi}}]
  network: {mode: Isolated}
  tenantRole: Edit
END
cat >"$work/pr-42.yaml" <<END
apiVersion: envfactory.dev/v1alpha1
kind: Environment
metadata: {name: pr-42, namespace: team-payments}
spec:
  environmentClassName: review
  access: [{kind: User, name: alice}]
END

check "the administrator applies a class" "${admin[@]}" apply -f "$work/class.yaml"
eventually "the class is accepted" 5 \
    sh -c "'$cluster/bin/kubectl' --kubeconfig '$cluster/admin.kubeconfig' get envclass review -o jsonpath='{.status.conditions[0].reason}' | grep -qx Accepted"

began=$(date +%s%N)
check "alice applies an environment with kubectl" "${alice[@]}" apply -f "$work/pr-42.yaml"
check "it becomes ready" "$envfactory" wait pr-42 --kubeconfig "$work/alice" -n team-payments --timeout 60s
took=$((($(date +%s%N) - began) / 1000000))
if [ "$took" -lt 2000 ]; then ok "ready after $took ms, as a user sees it"; else not_ok "ready after $took ms, not under 2 s"; fi

check "its kubeconfig is handed out" \
    sh -c "'$envfactory' kubeconfig pr-42 --print --kubeconfig '$work/alice' -n team-payments >'$work/pr-42'"
tenant=("$cluster/bin/kubectl" --kubeconfig "$work/pr-42")
code "the command line says that a name is taken" 4 \
    "$envfactory" create pr-42 --class review --kubeconfig "$work/alice" -n team-payments
code "the command line says that a name is unknown" 3 \
    "$envfactory" get nothing --kubeconfig "$work/alice" -n team-payments
refused "a class of another team's is refused" "is for namespaces with" \
    "$envfactory" create stray --class review --wait --timeout 10s --kubeconfig "$cluster/admin.kubeconfig" -n default
"${admin[@]}" delete environment stray -n default --ignore-not-found >/dev/null
