# Nothing of it is left
# shellcheck shell=bash disable=SC2154

check "the namespaces go" "${admin[@]}" delete namespace "${namespaces[@]}" --timeout=90s
eventually "and the volume with its claim" 30 gone persistentvolume stand-in-kept
