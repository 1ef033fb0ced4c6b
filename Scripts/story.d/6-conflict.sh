# A foreign namespace with the wanted name is left alone
# shellcheck shell=bash disable=SC2154

# The name holds a digest of the uid, so that the stage is set while the operator is away.
Scripts/operator stop >/dev/null
"$envfactory" create pr-45 --class review --kubeconfig "$work/alice" -n team-payments --quiet
uid=$(field pr-45 '{.metadata.uid}')
foreign=env-pr-45-$(printf %s "$uid" | sha256sum | cut -c1-8)
"${admin[@]}" create namespace "$foreign" >/dev/null
"${admin[@]}" label namespace "$foreign" owner=someone >/dev/null
before=$("${admin[@]}" get namespace "$foreign" -o jsonpath='{.metadata.uid}/{.metadata.resourceVersion}')
Scripts/operator start
eventually "the environment says NameConflict" 20 reason pr-45 NameConflict
check "alice deletes the environment" \
    "$envfactory" delete pr-45 --wait --timeout 60s --kubeconfig "$work/alice" -n team-payments
after=$("${admin[@]}" get namespace "$foreign" -o jsonpath='{.metadata.uid}/{.metadata.resourceVersion}')
if [ "$before" = "$after" ]; then ok "the namespace is untouched"; else not_ok "the namespace changed"; fi
"${admin[@]}" delete namespace "$foreign" >/dev/null
