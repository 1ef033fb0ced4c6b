# Settled, the operator writes nothing but its lease
# shellcheck shell=bash disable=SC2154

for number in 1 2 3 4 5; do
    "$envfactory" create "quiet-$number" --class review --wait --timeout 60s --quiet \
        --kubeconfig "$cluster/admin.kubeconfig" -n team-payments >/dev/null
done
sleep 5

# writes: requests of the operator's that could have changed something, by the API server's audit log.
writes() {
    grep -a '"username":"system:serviceaccount:envfactory-system:envfactory"' "$cluster/audit.log" \
        | grep -av '"resource":"leases"' | grep -ac '"stage":"ResponseComplete"' || true
}

before=$(writes)
sleep "${QUIET_SECONDS:-60}" &
quiet=$!
# Only with what the cluster leaves of the processors.
[ -z "${MEANWHILE:-}" ] || check "meanwhile: $MEANWHILE" nice -n 19 bash -c "$MEANWHILE"
wait "$quiet"
after=$(writes)
if [ "$before" -gt 0 ] && [ "$before" -eq "$after" ]; then
    ok "0 writes in ${QUIET_SECONDS:-60} seconds, of $after since its start"
else
    not_ok "$((after - before)) writes in ${QUIET_SECONDS:-60} seconds"
fi

check "pause stops it" "$envfactory" pause --reason test --kubeconfig "$cluster/admin.kubeconfig"
sleep 1
before=$(writes)
"$envfactory" create held --class review --quiet --kubeconfig "$cluster/admin.kubeconfig" -n team-payments >/dev/null
"${alice[@]}" delete environment quiet-1 --wait=false >/dev/null
sleep 5
if [ "$(writes)" -eq "$before" ]; then ok "while it is paused nothing is written"; else not_ok "it wrote while paused"; fi
check "unpause lets it go on" "$envfactory" unpause --kubeconfig "$cluster/admin.kubeconfig"
eventually "what was asked meanwhile is made" 20 reason held Ready
check "all are deleted" "${alice[@]}" delete environments --all --timeout=120s
