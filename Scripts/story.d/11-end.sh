# kubectl delete, and everything is as it was before
# shellcheck shell=bash disable=SC2154

host=$(host_namespace pr-42)
# Its pod ignores the signal to end, and is killed after its grace period.
check "alice deletes the first environment with kubectl" "${alice[@]}" delete environment pr-42 --timeout=150s
check "its namespace is gone" gone namespace "$host"
refused "its kubeconfig works no more" 'unauthorized|logged in|forbidden' "${tenant[@]}" get pods
check "the administrator deletes the class" "${admin[@]}" delete envclass review
settle
snapshot >"$work/after"
if output=$(diff "$work/before" "$work/after"); then
    ok "every object of every listable resource is as before ($(wc -l <"$work/after") objects)"
else
    not_ok "something is not as before"
fi
