# The files in Manifests/ are accepted as they are
# shellcheck shell=bash disable=SC2154

check "kubectl applies overlays/legacy" "${admin[@]}" apply --dry-run=server -f Manifests/overlays/legacy
for example in examples/*.yaml; do
    check "kubectl applies $example" "${admin[@]}" apply --dry-run=client -f "$example"
done
