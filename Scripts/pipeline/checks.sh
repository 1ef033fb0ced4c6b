# The workflows of examples/ci, as their systems run them. Sourced with: envfactory (the program), KUBECONFIG (the host
# cluster's), access (who runs, as --access names it), class (of isolation Namespace) and the words of checks.sh.
# shellcheck shell=bash disable=SC2154

if ! /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
    { apt-get update && apt-get install -y --no-install-recommends python3-yaml; } >/dev/null 2>&1 ||
        { echo "The runner of workflows needs Debian's python3-yaml." >&2 && exit 1; }
fi

place=$work/checkout
mkdir -p "$place/ci" "$place/deploy" "$work/bin" "$work/home"
cp "$KUBECONFIG" "$place/ci/kubeconfig.yaml"
"$kubectl" --kubeconfig "$place/ci/kubeconfig.yaml" config set-context --current --namespace team-payments >/dev/null
ln -sf "$envfactory" "$work/bin/envfactory"
cat >"$place/deploy/greeting.yaml" <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: greeting}
END
# The examples, for this class and this identity.
for file in github.yml gitlab.yml shell.sh; do
    sed -e "s/class review/class $class/; s/class: review/class: $class/" \
        -e "s/User:ci:repo:acme\/payments:pull_request/$access/" "examples/ci/$file" >"$work/$file"
done

# event ACTION NUMBER [HEAD]: what GitHub says of a pull request.
event() {
    cat >"$work/event.json" <<END
{"action": "$1", "pull_request": {"number": $2,
 "head": {"ref": "fix", "sha": "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d", "repo": {"full_name": "${3:-acme/payments}"}},
 "base": {"repo": {"full_name": "acme/payments"}}}}
END
}
job() { env -u KUBECONFIG PATH="$work/bin:$PATH" HOME="$work/home" SUMMARY="$work/summary" /usr/bin/python3 "$@"; }
# github ACTION NUMBER [HEAD]: the jobs of the workflow for this event.
github() {
    event "$@"
    job Scripts/pipeline/run.py github "$work/github.yml" up "$work/event.json" "$place" &&
        job Scripts/pipeline/run.py github "$work/github.yml" down "$work/event.json" "$place"
}
gitlab() {
    KUBECONFIG=$place/ci/kubeconfig.yaml CI_PROJECT_PATH=acme/payments CI_MERGE_REQUEST_IID=$2 CI_ACCESS=$access \
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=fix PATH="$work/bin:$PATH" HOME="$work/home" \
        /usr/bin/python3 Scripts/pipeline/run.py gitlab "$work/gitlab.yml" "$1" "$place"
}
# made NUMBER: the name of the environment of a pull request; nothing where there is none.
made() { host get env -o "jsonpath={.items[?(@.spec.source.pullRequest==$1)].metadata.name}"; }
deployed() { host get configmap greeting -n "$(host get env "$(made "$1")" -o 'jsonpath={.status.namespace.name}')"; }
none() { [ -z "$(made "$1")" ]; }
host() { "$kubectl" --kubeconfig "$place/ci/kubeconfig.yaml" "$@"; }

check "GitHub: a pull request that is opened gets an environment, and is deployed into it" github opened 41
check "GitHub: what was deployed is there" deployed 41
check "GitHub: the run's page tells of it" grep -q "### Environment \`payments-pr-41-" "$work/summary"
first=$(host get env "$(made 41)" -o 'jsonpath={.metadata.uid}')
check "GitHub: another push meets the same one" github synchronize 41
if [ "$(host get env "$(made 41)" -o 'jsonpath={.metadata.uid}')" = "$first" ]; then
    ok "GitHub: it is the same by its uid"
else
    not_ok "GitHub: it is another one"
fi
check "GitHub: another pull request gets another" github opened 42
refused "GitHub: one from a fork gets none" 'comes from a fork' github opened 43 mallory/payments
check "GitHub: nothing was made for it" none 43
check "GitHub: closed, its environment goes" github closed 41
check "GitHub: it is gone" none 41
check "GitHub: a second close has nothing to do" github closed 41
check "GitHub: the other stays" deployed 42
check "GitHub: and goes when it is closed" github closed 42

sed -i "s/class: $class/class: none-such/" "$work/github.yml"
refused "GitHub: where there is no environment, nothing is deployed" 'none-such' github opened 44
check "GitHub: not into the host either" sh -c "! '$kubectl' --kubeconfig '$place/ci/kubeconfig.yaml' get configmap greeting"
sed -i "s/class: none-such/class: $class/" "$work/github.yml"

# cancelled SECONDS: a job that is cancelled after so long ends soon, and the next one takes up what it left.
cancelled() {
    event opened 45
    env -u KUBECONFIG PATH="$work/bin:$PATH" HOME="$work/home" SUMMARY="$work/summary" \
        /usr/bin/python3 Scripts/pipeline/run.py github "$work/github.yml" up "$work/event.json" "$place" &
    local pid=$! began=$SECONDS
    sleep "$1"
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
    [ $((SECONDS - began)) -le 15 ]
}
for stage in 0.05 0.2 0.5 1; do check "a job that is cancelled after $stage s ends" cancelled "$stage"; done
check "and the next job goes on from there" github synchronize 45
check "with one environment" test "$(made 45 | wc -w)" -eq 1
check "which goes" github closed 45

check "GitLab: a merge request gets an environment, and is deployed into it" gitlab preview 46
check "GitLab: what was deployed is there" deployed 46
check "GitLab: later jobs are told its name" grep -q "^ENVFACTORY_NAME=payments-pr-46-" "$place/environment.env"
check "GitLab: the stop job takes it away" gitlab stop-preview 46
check "GitLab: it is gone" none 46

git -C "$place" init -q -b fix && git -C "$place" remote add origin https://git.example/acme/payments.git
anywhere() {
    (cd "$place" && sed "s/--class $class/& --access $access/" "$work/shell.sh" |
        KUBECONFIG=$place/ci/kubeconfig.yaml PATH="$work/bin:${kubectl%/*}:$PATH" HOME="$work/home" bash)
}
check "a shell: a branch gets one, and it goes with the script" anywhere
branch_is_gone() { ! host get env -o name | grep -q payments-fix-; }
check "a shell: nothing is left" branch_is_gone
