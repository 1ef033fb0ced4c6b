# A second environment warns, and goes on time
# shellcheck shell=bash disable=SC2154

check "alice creates it for a minute" "$envfactory" create pr-43 --class review --ttl 60s --wait \
    --kubeconfig "$work/alice" -n team-payments --access User:alice
short=$(host_namespace pr-43)
expires=$(date -d "$(field pr-43 '{.status.expiresAt}')" +%s)
eventually "it warns" 40 says pr-43 '{.status.conditions[?(@.type=="Expiring")].status}' '^True$'
check "the warning is an event as well" sh -c \
    "'$cluster/bin/kubectl' --kubeconfig '$work/alice' get events -n team-payments | grep -q 'Expiring.*environment/pr-43'"
while [ "$(date +%s)" -lt $((expires - 1)) ]; do sleep 0.2; done
if reason pr-43 Expired; then not_ok "it ended before its time"; else ok "it lives until its time"; fi
eventually "it ends on time" 3 reason pr-43 Expired
code "an extension after the end is refused" 5 \
    "$envfactory" extend pr-43 --ttl 2h --kubeconfig "$work/alice" -n team-payments
eventually "its namespace goes" 60 gone namespace "$short"
eventually "it says that nothing is left" 15 says pr-43 '{.status.conditions[?(@.type=="Terminated")].status}' '^True$'
eventually "after its retention it is gone itself" 30 gone environment pr-43 -n team-payments
