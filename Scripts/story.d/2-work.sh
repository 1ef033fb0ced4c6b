# The kubeconfig runs a pod that answers, and the quota means what it says
# shellcheck shell=bash disable=SC2154

check "a pod starts" "${tenant[@]}" run web --image=envfactory.test/busybox:1 --restart=Never --port=8080 \
    --image-pull-policy=IfNotPresent -- sh -c 'mkdir -p /www && echo hello >/www/index.html && httpd -f -p 8080 -h /www'
eventually "it runs" 60 sh -c \
    "'$cluster/bin/kubectl' --kubeconfig '$work/pr-42' get pod web -o jsonpath='{.status.phase}' | grep -qx Running"
eventually "it answers another pod of the environment" 60 sh -c "
    '$cluster/bin/kubectl' --kubeconfig '$work/pr-42' exec web -- timeout 5 wget -qO- http://127.0.0.1:8080 | grep -qx hello"
refused "a pod that is too large is refused, with what is left" 'exceeded quota: envfactory.*requests.cpu' \
    "${tenant[@]}" run large --image=envfactory.test/busybox:1 --restart=Never --requests=cpu=4 --limits=cpu=4
refused "a pod of the host's network namespace is not the tenant's to see elsewhere" 'forbidden' \
    "${tenant[@]}" get pods -n kube-system
