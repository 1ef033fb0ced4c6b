# Two replicas share an etcd beside them
# shellcheck shell=bash disable=SC2154

began=$(date +%s%3N)
install stand-in-many --set controlPlane.backingStore.etcd.deploy.enabled=true \
    --set controlPlane.backingStore.etcd.deploy.statefulSet.persistence.volumeClaim.enabled=false \
    --set controlPlane.statefulSet.highAvailability.replicas=2 --set controlPlane.service.spec.type=NodePort \
    --set controlPlane.advanced.podDisruptionBudget.enabled=true \
    --set controlPlane.advanced.podDisruptionBudget.minAvailable=1
eventually "both become ready" 180 pod_ready stand-in-many deployment/vc 2/2
took "ready"
eventually "the API server answers at the Service's address" 60 fetches stand-in-many
same() { [ "$(for _ in 1 2 3 4 5 6; do uid stand-in-many && echo; done | sort -u | wc -l)" = 1 ]; }
check "both are one cluster" same

node=$(object stand-in-many pods '{.items[0].status.hostIP}')
port=$(object stand-in-many service/vc '{.spec.ports[?(@.name=="https")].nodePort}')
sed -i "s|server: .*|server: https://$node:$port|" "$work/stand-in-many"
check "it is trusted at the node's port too" inside stand-in-many get namespaces
