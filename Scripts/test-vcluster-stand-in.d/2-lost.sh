# Without a volume a new pod is an empty virtual cluster behind the same certificates
# shellcheck shell=bash disable=SC2154

before=$(uid stand-in-lost)
began=$(date +%s%3N)
restarted stand-in-lost deployment "its pod comes back after it is deleted"
took "back"
check "it is another cluster" sh -c "[ '$(uid stand-in-lost)' != '$before' ]"
eventually "the kubeconfig is written again" 30 exists stand-in-lost secret/vc-vc
check "and is the same as before" sh -c "grep -q '$(decoded stand-in-lost client-key | base64 -w0)' '$work/stand-in-lost'"

old=$(decoded stand-in-lost client-certificate | sha256sum)
"${admin[@]}" exec -n stand-in-lost "$(pod stand-in-lost)" -- kill -HUP 1
renewed() { [ "$(decoded stand-in-lost client-certificate | sha256sum)" != "$old" ]; }
eventually "SIGHUP renews the client certificate" 15 renewed
check "the old one still works" inside stand-in-lost get namespaces
check "the new one works" fetches stand-in-lost

"${admin[@]}" delete secret -n stand-in-lost vc-certs >/dev/null
"${admin[@]}" delete pod -n stand-in-lost -l app=vcluster --timeout=60s >/dev/null
eventually "without its authority it makes a new one" 90 pod_ready stand-in-lost deployment/vc
refused "and the old kubeconfig is trusted no more" 'certificate' inside stand-in-lost get namespaces
eventually "the new kubeconfig works" 30 fetches stand-in-lost
