# The vocabulary of the story. Sourced by Scripts/story.
# shellcheck shell=bash disable=SC2154

ok() {
    passed=$((passed + 1))
    echo "  ok    $*"
}

not_ok() {
    failed=$((failed + 1))
    echo "  FAIL  $*"
    [ -z "${output:-}" ] || printf '        %s\n' "${output//$'\n'/$'\n'        }"
}

# check TITLE COMMAND...: the command succeeds.
check() {
    local title=$1
    shift
    if output=$("$@" 2>&1); then ok "$title"; else not_ok "$title"; fi
}

# refused TITLE PATTERN COMMAND...: the command fails, and says why.
refused() {
    local title=$1 pattern=$2
    shift 2
    if output=$("$@" 2>&1); then
        not_ok "$title: it was allowed"
    elif grep -qiE -- "$pattern" <<<"$output"; then
        ok "$title"
    else
        not_ok "$title: it says something else than '$pattern'"
    fi
}

# code TITLE EXIT COMMAND...: the command ends with that exit code.
code() {
    local title=$1 expected=$2 status=0
    shift 2
    output=$("$@" 2>&1) || status=$?
    if [ "$status" -eq "$expected" ]; then ok "$title"; else not_ok "$title: exit $status, not $expected"; fi
}

# eventually TITLE SECONDS COMMAND...: the command succeeds within the time.
eventually() {
    local title=$1 end=$((SECONDS + $2))
    shift 2
    until output=$("$@" 2>&1); do
        if [ "$SECONDS" -ge "$end" ]; then
            not_ok "$title"
            return 0
        fi
        sleep 0.2
    done
    ok "$title"
}

# field NAME JSONPATH: a field of an Environment, as alice sees it.
field() { "${alice[@]}" get environment "$1" -o "jsonpath=$2"; }

# says NAME JSONPATH PATTERN: the field matches.
says() { field "$1" "$2" | grep -qE -- "$3"; }

# reason NAME WORD: Ready has this reason.
reason() { says "$1" '{.status.conditions[?(@.type=="Ready")].reason}' "^$2\$"; }

# gone RESOURCE NAME...: the administrator finds none.
gone() { ! "${admin[@]}" get "$@" >/dev/null 2>&1; }

host_namespace() { field "$1" '{.status.namespace.name}'; }

# Every object of every listable resource, by uid; Events and Leases come and go by themselves.
snapshot() {
    local resource chosen
    for resource in $("${admin[@]}" api-resources --verbs=list -o name | sort); do
        case $resource in ingresses.extensions | events | events.events.k8s.io | leases.coordination.k8s.io | componentstatuses) continue ;; esac
        chosen=()
        # An API server that is started anew registers what it serves anew.
        [ "$resource" != apiservices.apiregistration.k8s.io ] || chosen=(-l '!kube-aggregator.kubernetes.io/automanaged')
        "${admin[@]}" get "$resource" -A "${chosen[@]}" --no-headers --ignore-not-found \
            -o "custom-columns=R:.kind,NS:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid"
    done | tr -s ' ' | sort -u
}

# What somebody needs to understand a check that failed.
explain() {
    echo "-- environments, namespaces that go, pods, and the end of the operator's log"
    "${admin[@]}" get environments -A -o wide || true
    "${admin[@]}" get namespaces -o jsonpath='{range .items[?(@.status.phase=="Terminating")]}{.metadata.name}{" "}{range .status.conditions[*]}{.message}{"; "}{end}{"\n"}{end}' || true
    "${admin[@]}" get pods -A --no-headers || true
    tail -n 15 ".operator/$NAME/operator.log" || true
}

# Waits until the controllers have made what they make for a new namespace.
settle() {
    local last now _
    last=
    for _ in $(seq 30); do
        now=$("${admin[@]}" get namespaces,serviceaccounts,secrets,configmaps,pods -A -o name)
        [ "$now" = "$last" ] && return 0
        last=$now
        sleep 1
    done
}
