#!/usr/bin/env bash
# Any other CI, or one's own machine: the environment of this checkout's branch, a deployment, and its end.
# KUBECONFIG names the host cluster.
set -euo pipefail

# Whatever happens here; and if this is killed, its time to live ends it all the same.
trap 'envfactory down' EXIT

# In two steps: a command that fails inside of eval stops nothing, and what follows would meet the host.
variables=$(envfactory up --class review --ttl 2h)
eval "$variables"
kubectl apply --filename deploy/
kubectl get pods
