# Killed at random moments, the operator ends where it would have ended
# shellcheck shell=bash disable=SC2154

settle
snapshot >"$work/before-kills"
RANDOM=${SEED:-42}
for round in $(seq "${KILLS:-20}"); do
    name=kill-$round
    "$envfactory" create "$name" --class review --kubeconfig "$cluster/admin.kubeconfig" -n team-payments --quiet >/dev/null
    sleep "0.$((RANDOM % 90 + 10))"
    # Half of them are deleted while they are being made.
    [ $((RANDOM % 2)) -eq 0 ] && "${alice[@]}" delete environment "$name" --wait=false >/dev/null
    Scripts/operator kill >/dev/null
    Scripts/operator start
done
eventually "every environment that was not deleted is ready" 120 sh -c \
    "! '$cluster/bin/kubectl' --kubeconfig '$cluster/admin.kubeconfig' get environments -n team-payments --no-headers \
        2>/dev/null | grep -v Ready | grep -q kill-"
doubled=$("${admin[@]}" get namespaces -l app.kubernetes.io/managed-by=envfactory \
    -o 'jsonpath={range .items[*]}{.metadata.labels.envfactory\.dev/environment}{"\n"}{end}' | sort | uniq -d)
output=$doubled
if [ -z "$doubled" ]; then ok "nothing is doubled"; else not_ok "environments with two namespaces"; fi
check "all are deleted" "${alice[@]}" delete environments --all --timeout=240s
settle
snapshot >"$work/after-kills"
if output=$(diff "$work/before-kills" "$work/after-kills"); then
    ok "nothing is left over"
else
    not_ok "something is not as before"
fi
