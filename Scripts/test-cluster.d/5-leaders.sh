# The leader hangs or dies under load: another goes on, and the old one writes nothing more
# shellcheck shell=bash disable=SC2154

count=${LEADER_LOAD:-20}
Scripts/operator stop
for one in a b; do INSTANCE=$one Scripts/operator up; done
settle
snapshot >"$work/before-leaders"

# The instance that the lease names; nothing where nobody holds it.
leader() {
    "${admin[@]}" -n envfactory-system get lease envfactory -o 'jsonpath={.spec.holderIdentity}' \
        | sed -n 's/^envfactory-\([a-z]\)_.*/\1/p'
}
leads_not() { [[ $(leader) == [ab] && $(leader) != "$1" ]]; }
has_ended() { ! INSTANCE=$1 Scripts/operator status; }

# writes_since INSTANCE TIME: its changing requests that the API server received since then, one line each.
writes_since() {
    grep -a "\"authentication.kubernetes.io/pod-name\":\[\"envfactory-$1\"\]" "$cluster/audit.log" \
        | grep -a '"stage":"ResponseComplete"' \
        | sed -n 's/.*"verb":"\([a-z]*\)".*"resource":"\([a-z]*\)".*"code":\([0-9]*\).*"requestReceivedTimestamp":"\([^"]*\)".*/\4 \3 \1 \2/p' \
        | awk -v since="$2" '$1 >= since && $3 ~ /^(create|update|patch|delete|deletecollection)$/'
}

# load ROUND: makes environments, and deletes every other one while it is being made.
load() {
    local number
    for number in $(seq "$count"); do
        "$envfactory" create "$1-$number" --class review --quiet --kubeconfig "$cluster/admin.kubeconfig" \
            -n team-payments >/dev/null || return 1
        [ $((number % 2)) -eq 0 ] || continue
        "${alice[@]}" delete environment "$1-$((number - 1))" --wait=false >/dev/null || return 1
    done
}

all_ready() {
    local states
    states=$("${alice[@]}" get environments --no-headers 2>/dev/null | grep -c "^$1-.*Ready") || true
    [ "$states" -eq $((count / 2)) ] && [ "$("${alice[@]}" get environments -o name | grep -c "/$1-")" -eq "$states" ]
}

for how in freeze kill; do
    eventually "one leads" 30 leads_not none
    old=$(leader)
    load "$how" &
    loading=$!
    # Somewhere in the middle of its work.
    sleep 2
    INSTANCE=$old Scripts/operator "$how"
    eventually "$how: the other one leads" 40 leads_not "$old"
    output=
    if wait "$loading"; then ok "$how: the load was accepted"; else not_ok "$how: the load was refused"; fi
    if [ "$how" = freeze ]; then
        written=$(writes_since "$old" 0 | wc -l)
        since=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)
        INSTANCE=$old Scripts/operator thaw
        eventually "freeze: the old leader ends by itself" 20 has_ended "$old"
        late=$(writes_since "$old" "$since")
        output=$late
        if [ "$written" -gt 0 ] && ! awk '$2 && $2 < 300 { found = 1 } END { exit !found }' <<<"$late"; then
            ok "freeze: it changed nothing after that, of $written writes before ($(grep -c . <<<"$late" || true) refused)"
        else
            not_ok "freeze: it wrote after its lease was over ($written writes before)"
        fi
    fi
    INSTANCE=$old Scripts/operator start
    eventually "$how: every environment that was not deleted is ready, the others are gone" 120 all_ready "$how"
    check "$how: the rest is deleted" "${alice[@]}" delete environments --all --timeout=240s
done

made=$(grep -a '"resource":"namespaces"' "$cluster/audit.log" | grep -a '"stage":"ResponseComplete"' \
    | grep -a '"code":201' | sed -n 's/.*"name":"\(env-\(freeze\|kill\)-[^"]*\)".*/\1/p' | sort)
output=$(uniq -d <<<"$made")
if [ -z "$output" ] && [ "$(grep -c . <<<"$made")" -ge "$count" ]; then
    ok "nothing is doubled: $(grep -c . <<<"$made") namespaces for $((2 * count)) environments"
else
    not_ok "namespaces made twice, of $(grep -c . <<<"$made")"
fi
settle
snapshot >"$work/after-leaders"
if output=$(diff "$work/before-leaders" "$work/after-leaders"); then
    ok "nothing is left over"
else
    not_ok "something is not as before"
fi
for one in a b; do INSTANCE=$one Scripts/operator down; done
Scripts/operator start
