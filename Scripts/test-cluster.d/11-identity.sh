# The identity of a CI run, from an issuer of OpenID Connect of our own
# shellcheck shell=bash disable=SC2154,SC2034

issuer=$work/issuer
mkdir -p "$issuer"
for key in ca tls signing; do openssl genrsa -out "$issuer/$key.key" 2048 2>/dev/null; done
openssl req -x509 -new -key "$issuer/ca.key" -subj "/CN=CI issuer" -days 2 -out "$issuer/ca.crt"
openssl req -new -key "$issuer/tls.key" -subj /CN=issuer -out "$issuer/tls.csr"
openssl x509 -req -in "$issuer/tls.csr" -CA "$issuer/ca.crt" -CAkey "$issuer/ca.key" -days 2 -set_serial 1 \
    -extfile <(printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth') -out "$issuer/tls.crt" 2>/dev/null
Scripts/pipeline/issuer.py "$issuer" &
issuer_process=$!
for _ in $(seq 100); do
    [ ! -e "$issuer/address" ] || break
    sleep 0.1
done

# As docs/ci.md has it for a plain cluster that is older than 1.30.
ENVFACTORY_APISERVER_FLAGS="--oidc-issuer-url=$(<"$issuer/address") --oidc-client-id=kubernetes \
    --oidc-ca-file=$issuer/ca.crt --oidc-username-claim=sub --oidc-username-prefix=ci:" \
    Scripts/host-cluster restart-apiserver
"${admin[@]}" create rolebinding ci --clusterrole edit --user ci:repo:acme/payments:pull_request \
    --namespace team-payments >/dev/null

# kubeconfig AUDIENCE VERSION: where a run's kubeconfig is whose user is `envfactory token`.
run_kubeconfig() {
    local file=$work/run-$1-$2
    local config=("$cluster/bin/kubectl" --kubeconfig "$file" config)
    {
        "${config[@]}" set-cluster host --certificate-authority "$cluster/pki/ca.crt" --embed-certs \
            --server "$("${admin[@]}" config view -o 'jsonpath={.clusters[0].cluster.server}')"
        "${config[@]}" set-credentials ci --exec-api-version="client.authentication.k8s.io/$2" \
            --exec-command="$envfactory" --exec-arg=token --exec-arg=--audience --exec-arg="$1"
        "${config[@]}" set-context ci --cluster host --user ci --namespace team-payments
        "${config[@]}" use-context ci
    } >/dev/null
    # This kubectl is too old to know it.
    sed -i "s/^\( *\)provideClusterInfo: .*/&\n\1interactiveMode: Never/" "$file"
    echo "$file"
}

# in_run COMMAND...: as a job that may ask for its identity.
in_run() {
    env -u KUBECONFIG -u ENVFACTORY_ID_TOKEN -u GITHUB_ACTIONS -u GITLAB_CI HOME="$work" ACTIONS_ID_TOKEN_REQUEST_URL="$endpoint" \
        ACTIONS_ID_TOKEN_REQUEST_TOKEN=run-secret "$@"
}
endpoint=$(<"$issuer/endpoint")
# The kubectl of this cluster speaks no v1 of exec plugins yet.
old=$(run_kubeconfig kubernetes v1beta1)
run=$(run_kubeconfig kubernetes v1)
foreign=$(run_kubeconfig somebody-else v1)

eventually "the API server knows the run by its token" 60 \
    in_run "$cluster/bin/kubectl" --kubeconfig "$old" auth can-i create environments.envfactory.dev
refused "it may do no more than its role" "no" \
    in_run "$cluster/bin/kubectl" --kubeconfig "$old" auth can-i create namespaces
check "envfactory speaks for the run as well" in_run "$envfactory" list --kubeconfig "$run"
check "up makes its environment" in_run "$envfactory" up --kubeconfig "$run" --name identity --class review \
    --access User:ci:repo:acme/payments:pull_request --timeout 2m
author() {
    grep -h '"resource":"environments"' "$cluster/audit.log" | grep '"verb":"create"' |
        grep -c '"username":"ci:repo:acme/payments:pull_request"'
}
check "it was the run that made it, says the API server" author
check "down takes it away" in_run "$envfactory" down --kubeconfig "$run" --name identity
refused "a token for another audience is refused, and what to do about it is said" "audience" \
    in_run "$envfactory" list --kubeconfig "$foreign"
refused "a run without the right to an identity is told how to get it" "id-token: write" \
    env -u ACTIONS_ID_TOKEN_REQUEST_URL -u ENVFACTORY_ID_TOKEN -u KUBECONFIG HOME="$work" \
    "$envfactory" list --kubeconfig "$run"
endpoint+="?expired=1"
refused "a token whose time is over is refused" "not accepted" in_run "$envfactory" list --kubeconfig "$run"

kill "$issuer_process"
wait "$issuer_process" 2>/dev/null || true
"${admin[@]}" delete rolebinding ci --namespace team-payments >/dev/null
ENVFACTORY_APISERVER_FLAGS='' Scripts/host-cluster restart-apiserver
