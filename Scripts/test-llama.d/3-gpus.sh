# Who finds no GPU waits, and takes the one that becomes free
# shellcheck shell=bash disable=SC2154

# pending POD RESOURCE: for want of which the scheduler has not placed it.
pending() {
    field_matches "pod/$1" '{.status.phase} {.status.conditions[0].message}' "Pending .*Insufficient $2"
}
waits() { pending "$(pod "$1")" nvidia.com/gpu; }

engine second tiny.gguf
eventually "the second GPU is taken" 60 ready second
engine third tiny.gguf
eventually "the third engine waits, and says for what" 20 waits third
began=$(date +%s%3N)
check "one goes" leave first
echo "        its GPU is free after $(($(date +%s%3N) - began)) ms"
eventually "and the third is in" 90 ready third
echo "        and ready after $(($(date +%s%3N) - began)) ms"
eventually "and answers" 10 answers "$(service third)" "$model_reply"

"${admin[@]}" run amd --image="$image" --image-pull-policy=IfNotPresent --restart=Never --limits=amd.com/gpu=1 \
    >/dev/null
eventually "another vendor's is not to be had" 10 pending amd amd.com/gpu
check "one of that vendor's comes" Scripts/host-cluster gpus amd.com/gpu 1
eventually "and the pod is placed" 30 field_matches pod/amd '{.spec.nodeName}' .
check "it goes again" "${admin[@]}" delete pod amd --timeout=30s --grace-period=1
check "and so does its GPU" Scripts/host-cluster gpus amd.com/gpu 0
check "what the kubelet wrote since is beside the GPUs" \
    field_is nodes "{.items[0].status['capacity','allocatable'].nvidia\.com/gpu}" "2 2"
leave second third
