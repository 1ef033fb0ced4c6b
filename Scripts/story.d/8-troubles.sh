# What is wrong with a virtual cluster is said within a minute, and mended by mending it
# shellcheck shell=bash disable=SC2154

wrong=sha256:$(printf '0%.0s' $(seq 64))
virtual_class troubled "$wrong" "" 3Gi false | "${admin[@]}" apply -f - >/dev/null
virtual_environment vc-2 troubled | "${alice[@]}" apply -f - >/dev/null
eventually "a digest that is not the chart's" 60 condition vc-2 ReleaseReady 'ChartRefused.*sha256:'
eventually "is told by kubectl get env" 5 sh -c \
    "'${alice[0]}' --kubeconfig '$work/alice' -n team-payments get env vc-2 -o wide | grep -q sha256:"
virtual_class troubled "$chart_digest" missing 3Gi false | "${admin[@]}" apply -f - >/dev/null
eventually "an image that does not exist" 60 condition vc-2 ControlPlaneReady 'ImagePullFailed.*missing'
virtual_class troubled "$chart_digest" "" 100Mi false | "${admin[@]}" apply -f - >/dev/null
"${admin[@]}" delete pods --all -n "$(host_namespace vc-2)" --wait=false >/dev/null
eventually "a quota that is too small" 60 condition vc-2 ControlPlaneReady 'QuotaExceeded.*limits.memory'
virtual_class troubled "$chart_digest" "" 3Gi false | "${admin[@]}" apply -f - >/dev/null
eventually "once all is right, it is ready without anybody's help" 240 reason vc-2 Ready
check "alice deletes it" "${alice[@]}" delete environment vc-2 --timeout=120s

# A release whose pod nobody schedules, so that only its writes matter.
virtual_class unscheduled "$chart_digest" "" 3Gi false |
    sed 's/^        statefulSet:/&\n          scheduling: {nodeSelector: {nowhere: "true"}}/' | "${admin[@]}" apply -f - >/dev/null

deployed() { "${admin[@]}" get secrets -n "$1" -l "owner=helm,version=$2,status=deployed" -o name | grep -q .; }
# The lease is given back for the dead, as a process does that ends in order: the next one leads at once.
stop_at_once() {
    Scripts/operator kill >/dev/null
    "${admin[@]}" patch lease envfactory -n envfactory-system --type merge \
        -p '{"spec":{"holderIdentity":"","leaseDurationSeconds":1}}' >/dev/null
}

# kill_at_every_write NAMESPACE COMMAND...: lets the operator live for one more write each time, until the command
# succeeds; the operator is down before, and up afterwards. Sets kills. What a new process writes again changes nothing:
# after each three of them it lives for one write more, or it would never come further.
kill_at_every_write() {
    local namespace=$1 offset striker attempts
    shift
    kills=0
    attempts=0
    until "$@"; do
        offset=$(stat -c %s "$cluster/audit.log")
        python3 -B Scripts/story.d/strike.py \
            "$cluster/audit.log" "$offset" "$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)" "$namespace" vc-3 ".operator/$NAME" 25 $((attempts / 3)) &
        striker=$!
        # It must look before there is anything to see.
        sleep 0.3
        Scripts/operator start
        if wait "$striker"; then kills=$((kills + 1)); fi
        stop_at_once
        attempts=$((attempts + 1))
        [ "$attempts" -lt 60 ] || break
    done
    Scripts/operator start
}

stop_at_once
virtual_environment vc-3 unscheduled | "${alice[@]}" apply -f - >/dev/null
host=env-vc-3-$(printf %s "$(field vc-3 '{.metadata.uid}')" | sha256sum | cut -c 1-8)
kill_at_every_write "$host" deployed "$host" 1
eventually "killed at $kills writes of an install, it is deployed" 60 deployed "$host" 1
stop_at_once
"${alice[@]}" patch environment vc-3 --type merge -p '{"spec":{"parameters":{"team":"search"}}}' >/dev/null
kill_at_every_write "$host" deployed "$host" 2
eventually "killed at $kills writes of an upgrade, the next revision is deployed" 60 deployed "$host" 2
if output=$(records vc-3) && [ "$output" = "$(printf '1 superseded\n2 deployed')" ]; then
    ok "no revision is doubled, none is left pending"
else
    not_ok "the history is not that of one install and one upgrade"
fi
stop_at_once
"${alice[@]}" delete environment vc-3 --wait=false >/dev/null
kill_at_every_write "$host" gone namespace "$host"
eventually "killed at $kills writes of an uninstall, it is gone" 90 gone namespace "$host"
eventually "and so is the environment" 60 gone environment vc-3 -n team-payments
for class in virtual troubled unscheduled; do "${admin[@]}" delete envclass "$class" >/dev/null; done
"${admin[@]}" delete rolebinding envfactory-publisher -n team-payments >/dev/null
host=$(host_namespace pr-42)
