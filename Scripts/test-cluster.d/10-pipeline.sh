# The workflows of a CI pipeline, run as their systems run them
# shellcheck shell=bash disable=SC2154,SC2034

export KUBECONFIG=$cluster/admin.kubeconfig
kubectl=$cluster/bin/kubectl
class=review
access=User:jane
# shellcheck source=Scripts/pipeline/checks.sh
source Scripts/pipeline/checks.sh
unset KUBECONFIG
