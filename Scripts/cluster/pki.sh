# shellcheck shell=bash
# The cluster's own certificate authority, and kubeconfigs signed by it.

PKI=$CLUSTER/pki

make_authority() {
    mkdir -p "$PKI/users" "$CLUSTER/users"
    chmod 700 "$PKI" "$CLUSTER/users"
    new_key "$PKI/ca.key"
    openssl req -x509 -new -key "$PKI/ca.key" -subj "/CN=envfactory-$NAME" -days 3650 -out "$PKI/ca.crt"
    new_key "$PKI/service-account.key"
    openssl pkey -in "$PKI/service-account.key" -pubout -out "$PKI/service-account.pub"
}

new_key() {
    (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1")
}

# issue FILE USAGE SUBJECT [SANS] : FILE.key and FILE.crt, for clientAuth or serverAuth. Serial numbers are random so
# that two runs at once need no counter.
issue() {
    local file=$1 usage=$2 subject=$3 names=${4:-}
    new_key "$file.key"
    openssl req -new -key "$file.key" -subj "$subject" -out "$file.csr"
    openssl x509 -req -in "$file.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -days 3650 \
        -set_serial "0x0$(openssl rand -hex 15)" -out "$file.crt" \
        -extfile <(printf 'extendedKeyUsage=%s\n%s' "$usage" "${names:+subjectAltName=$names}") 2>/dev/null
    rm "$file.csr"
}

issue_server_certificate() {
    issue "$PKI/apiserver" serverAuth /CN=kube-apiserver "$(
        IFS=,
        names=(
            IP:127.0.0.1 DNS:localhost "IP:$KUBERNETES_SERVICE_ADDRESS" "IP:$BRIDGE_ADDRESS"
            DNS:kubernetes DNS:kubernetes.default DNS:kubernetes.default.svc DNS:kubernetes.default.svc.cluster.local
        )
        echo "${names[*]}"
    )"
}

# write_kubeconfig FILE USER [GROUP...] : groups are the organizations of the client certificate.
write_kubeconfig() {
    local file=$1 user=$2 subject='' group
    shift 2
    for group in "$@"; do subject+=/O=$(escape "$group"); done
    issue "$PKI/users/$user" clientAuth "$subject/CN=$(escape "$user")"
    (umask 077 && render templates/kubeconfig.yaml "SERVER=https://127.0.0.1:$APISERVER_PORT" "NAME=$NAME" \
        "USER=$user" "CA=$(base64 -w0 "$PKI/ca.crt")" "CERTIFICATE=$(base64 -w0 "$PKI/users/$user.crt")" \
        "KEY=$(base64 -w0 "$PKI/users/$user.key")" >"$file.new")
    mv "$file.new" "$file"
}

# openssl splits a subject at slashes and a part at plus signs.
escape() { sed 's/[\\/+]/\\&/g' <<<"$1"; }
