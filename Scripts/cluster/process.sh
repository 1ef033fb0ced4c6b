# shellcheck shell=bash
# Daemons that outlive the shell, known by a recorded pid and the exact command line it was given.

RUN=$CLUSTER/run

# start NAME COMMAND... : in a session of its own, output to log/NAME.log. A proxy of the surrounding shell must not
# stand between the components; descriptors 8 and 9 are this script's locks and would be held for ever.
start() {
    local name=$1
    shift
    printf '%s\0' "$@" >"$RUN/$name.cmdline"
    setsid env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY -u all_proxy -u ALL_PROXY \
        "$@" </dev/null >>"$LOGS/$name.log" 2>&1 8>&- 9>&- &
    echo $! >"$RUN/$name.pid"
    # Until setsid and env have become the command, the command line is not yet the recorded one.
    wait_until 5 "$name to start" started_or_gone "$name" $! || true
}

started_or_gone() { alive "$1" || gone "$2"; }

# alive NAME : the recorded pid still runs what was started; a pid used again by something else does not count.
alive() {
    local pid
    pid=$(cat "$RUN/$1.pid" 2>/dev/null) && [[ -n $pid ]] || return 1
    # Through cat, because cmp trusts the sizes of two files and that of a file in /proc is zero.
    cmp -s "$RUN/$1.cmdline" <(cat "/proc/$pid/cmdline" 2>/dev/null)
}

# stop NAME [SECONDS] : asks first, insists after that many seconds, and forgets it.
stop() {
    local name=$1 patience=${2:-10} pid
    if alive "$name"; then
        pid=$(<"$RUN/$name.pid")
        kill "$pid" 2>/dev/null || true
        wait_until "$patience" "$name to end" gone "$pid" 2>/dev/null || true
        # Its process group is its own: what is left of it are children it did not take along.
        kill -KILL -- "-$pid" 2>/dev/null || true
        wait_until 5 "$name to be gone" gone "$pid" || true
    fi
    rm -f "$RUN/$name.pid" "$RUN/$name.cmdline"
}

# A zombie waiting for its parent counts as gone.
gone() {
    ! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"
}

recorded() {
    local file
    for file in "$RUN"/*.pid; do
        [[ -e $file ]] && basename "$file" .pid
    done
    return 0
}

# ready NAME SECONDS COMMAND... : waits for the component, or gives up as soon as it has died.
ready() {
    local name=$1 seconds=$2
    shift 2
    if ! wait_until "$seconds" "$name" dead_or "$name" "$@" || ! alive "$name"; then fail_with_log "$name"; fi
}

dead_or() {
    local name=$1
    shift
    ! alive "$name" || "$@"
}

# The cluster's directory goes away with a failed `up`, so the log that explains it is kept in the cache.
fail_with_log() {
    local kept=$CACHE/failed/$NAME-$1.log
    mkdir -p "$CACHE/failed"
    cp "$LOGS/$1.log" "$kept"
    tail -n 15 "$kept" >&2
    die "$1 did not become ready; its log is kept at $kept"
}
