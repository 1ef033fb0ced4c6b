# Helm itself reads the releases that are written here, changes them, and is read here
# shellcheck shell=bash disable=SC2154

# shellcheck source=Scripts/story.d/vcluster.sh
source Scripts/story.d/vcluster.sh

if ! helm=$(Scripts/helm); then
    output=
    not_ok "there is a Helm 3 to ask"
    return 0
fi
Scripts/operator stop
serve_vcluster_chart "$work/charts"
OPERATOR_FLAGS="--chart-ca-file $repository_authority --chart-cache $work/cache" Scripts/operator start
virtual_class virtual "$chart_digest" "" 3Gi false | sed 's/^  virtualCluster:/&\n    allowDataLoss: true/' >"$work/virtual.yaml"
check "the administrator applies a class of virtual clusters" "${admin[@]}" apply -f "$work/virtual.yaml"
virtual_environment vc virtual | "${alice[@]}" apply -f - >/dev/null
eventually "its release is deployed" 60 says vc '{.status.conditions[?(@.type=="ReleaseReady")].status}' True
host=$(host_namespace vc)
as_helm=(env "KUBECONFIG=$cluster/admin.kubeconfig" "$helm" -n "$host")

# history_is PATTERN: revisions and their statuses, as Helm lists them.
history_is() {
    "${as_helm[@]}" history vc --max 20 -o json |
        python3 -c '
import json, sys
print(", ".join("%s %s" % (entry["revision"], entry["status"]) for entry in json.load(sys.stdin)))' |
        grep -qE "^$1\$"
}
team() { "${admin[@]}" get statefulset,deployment -n "$host" -o 'jsonpath={.items[0].metadata.labels.team}' | grep -qx "$1"; }

check "helm list names it" sh -c "KUBECONFIG='$cluster/admin.kubeconfig' '$helm' list -n '$host' -o json |
    grep -q '\"name\":\"vc\".*\"status\":\"deployed\",\"chart\":\"vcluster-$chart_version\"'"
check "helm get values shows what it was made with" sh -c "KUBECONFIG='$cluster/admin.kubeconfig' '$helm' get values vc -n '$host' |
    grep -q 'team: payments'"
"${as_helm[@]}" get manifest vc >"$work/manifest"
"${as_helm[@]}" get values vc -o yaml >"$work/values"
"${as_helm[@]}" template vc "$work"/charts/*.tgz -f "$work/values" --kube-version 1.20.2 >"$work/template"
# Helm keeps the empty lines at a document's end in a release, and prints none of them.
check "helm template renders the same objects" diff <(grep -v '^$' "$work/manifest") <(grep -v '^$' "$work/template")

"${alice[@]}" patch environment vc --type merge -p '{"spec":{"parameters":{"team":"search"}}}' >/dev/null
eventually "an upgrade here is one to helm history" 60 history_is '1 superseded, 2 deployed'
check "C7: a person rolls back with helm" "${as_helm[@]}" rollback vc 1
eventually "the operator reads the revision, and makes the next one what the environment asks for" 60 \
    history_is '1 superseded, 2 superseded, 3 superseded, 4 deployed'
eventually "with the objects that go with it" 10 team search
check "C7: a person upgrades with helm" "${as_helm[@]}" upgrade vc "$work"/charts/*.tgz --reuse-values \
    --set controlPlane.statefulSet.labels.team=person
eventually "that is brought back as well" 60 history_is '.*5 superseded, 6 deployed'
eventually "with its objects" 10 team search
check "envfactory release history shows them all" sh -c "'$envfactory' release history vc -n team-payments \
    --kubeconfig '$cluster/admin.kubeconfig' | grep -q '^3 .*superseded .*Rollback to 1'"
check "the environment goes, and its releases with it" "${alice[@]}" delete environment vc --timeout=120s
check "helm finds none any more" sh -c "[ -z \"\$(KUBECONFIG='$cluster/admin.kubeconfig' '$helm' list -A -q)\" ]"
"${admin[@]}" delete envclass virtual >/dev/null
withdraw_vclusters
