# A pod fetches its model, gets a GPU, and answers through its Service
# shellcheck shell=bash disable=SC2154

check "the node has two GPUs" Scripts/host-cluster gpus nvidia.com/gpu 2
began=$(date +%s%3N)
engine first "cut=150000/tiny.gguf"
eventually "the engine is ready" 60 ready first
echo "        ready after $(($(date +%s%3N) - began)) ms"
check "the fetch was cut three times, and went on where it ended" \
    is "$(awk '{ print $3, $4 }' "$models_log")" "$(printf '%s\n' "- 200" "bytes="{150000,300000,450000}"- 206")"
eventually "the Service answers what this model says" 10 answers "$(service first)" "$model_reply"
check "under the name it was given" matches "$(ask "$(service first)" /v1/models)" '"id":"first"'
check "another pod reaches it by its name" "${admin[@]}" run ask --rm -i --restart=Never --image="$image" \
    --image-pull-policy=IfNotPresent --command -- \
    curl -sSf --retry 5 --retry-connrefused http://first.llama.svc.cluster.local:8080/v1/models
