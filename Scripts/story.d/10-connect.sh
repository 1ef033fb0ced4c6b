# A virtual cluster that a ClusterIP alone stands for is reached from outside of the host cluster
# shellcheck shell=bash disable=SC2154

Scripts/host-cluster volume story-10 2Gi >/dev/null
virtual_class reach "$chart_digest" "" 3Gi true >"$work/reach.yaml"
virtual_environment reach-1 reach >"$work/reach-1.yaml"
"${admin[@]}" apply -f "$work/reach.yaml" >/dev/null
check "alice applies an environment with a ClusterIP" "${alice[@]}" apply -f "$work/reach-1.yaml"
ours=(--kubeconfig "$work/alice" -n team-payments)
check "it becomes ready" "$envfactory" wait reach-1 "${ours[@]}" --timeout 180s
kubectl=$cluster/bin/kubectl

reached=("$envfactory" connect reach-1 "${ours[@]}" --)
check "connect runs a command inside" "${reached[@]}" "$kubectl" get namespace kube-system
code "and ends with its exit code" 7 "${reached[@]}" sh -c 'exit 7'
refused "who has no right to it is told" 'forbidden' \
    "$envfactory" connect reach-1 --kubeconfig "$work/mallory" -n team-payments -- true
check "what is written inside stays inside" "${reached[@]}" sh -c "head -c 700000 /dev/zero | tr '\\0' x >'$work/large' &&
    '$kubectl' create configmap large -n default --from-file='$work/large'"
check "twenty clients at once get three hundred megabytes, whole" "${reached[@]}" sh -c "
    failed=0
    for _ in \$(seq 20); do
        (for _ in \$(seq 22); do
            [ \"\$('$kubectl' get configmap large -n default -o json | wc -c)\" -gt 700000 ] || exit 1
        done) &
    done
    for job in \$(jobs -p); do wait \$job || failed=1; done
    exit \$failed"

export XDG_STATE_HOME=$work/state
mkdir -p "$work/state"
record=$work/state/envfactory/envfactory-team-payments-reach-1.kubeconfig.forward
env -u RUNNER_TEMP "$envfactory" up --name reach-1 "${ours[@]}" >"$work/exports" 2>"$work/up.log" || true
alive() { kill -0 "$(sed -E 's/.*"pid":([0-9]+).*/\1/' "$record")"; }
by_up() { (eval "$(cat "$work/exports")" && timeout 20 "$kubectl" get namespace kube-system); }
check "up leaves a forward behind" alive
check "its kubeconfig leads inside" by_up
first=$(cat "$record")
check "a second up" env -u RUNNER_TEMP "$envfactory" up --name reach-1 "${ours[@]}"
check "uses the forward again" [ "$(cat "$record")" = "$first" ]
check "the API server is started anew" Scripts/host-cluster restart-apiserver
eventually "and the forward leads inside again" 60 by_up
"${admin[@]}" delete pod reach-1-0 -n "$(host_namespace reach-1)" >/dev/null
eventually "also when the pod was replaced" 120 by_up
forwarder=$(sed -E 's/.*"pid":([0-9]+).*/\1/' "$record")
check "down takes the environment away" env -u RUNNER_TEMP "$envfactory" down --name reach-1 "${ours[@]}" --timeout 180s
ended() { ! kill -0 "$forwarder" 2>/dev/null; }
eventually "and its forward" 10 ended
check "nothing of it is left" [ -z "$(ls -A "$work/state/envfactory")" ]
unset XDG_STATE_HOME
"${admin[@]}" delete envclass reach >/dev/null
eventually "its volume is gone" 30 gone persistentvolume story-10
