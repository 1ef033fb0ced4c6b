# A second environment warns, and goes on time
# shellcheck shell=bash disable=SC2154

check "alice creates it for a minute" "$envfactory" create pr-43 --class review --ttl 60s --wait \
    --kubeconfig "$work/alice" -n team-payments --access User:alice
short=$(host_namespace pr-43)
expires=$(date -d "$(field pr-43 '{.status.expiresAt}')" +%s)
eventually "it warns" 40 says pr-43 '{.status.conditions[?(@.type=="Expiring")].status}' '^True$'
check "the warning is an event as well" sh -c \
    "'$cluster/bin/kubectl' --kubeconfig '$work/alice' get events -n team-payments | grep -q 'Expiring.*environment/pr-43'"
eventually "it ends" 70 reason pr-43 Expired
# By the API server's own times: what this script's commands take does not count.
began=$(date -d "$(field pr-43 '{.status.conditions[?(@.type=="Terminated")].lastTransitionTime}')" +%s)
output="it ended $((began - expires)) seconds after its time"
if [ "$began" -ge "$expires" ]; then ok "not before its time"; else not_ok "before its time"; fi
if [ $((began - expires)) -le 3 ]; then ok "on time"; else not_ok "too late"; fi
code "an extension after the end is refused" 5 \
    "$envfactory" extend pr-43 --ttl 2h --kubeconfig "$work/alice" -n team-payments
eventually "its namespace goes" 60 gone namespace "$short"
eventually "it says that nothing is left" 15 says pr-43 '{.status.conditions[?(@.type=="Terminated")].status}' '^True$'
eventually "after its retention it is gone itself" 30 gone environment pr-43 -n team-payments
