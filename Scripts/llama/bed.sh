# A model to be had, and who asks it. Sourced where one is needed.
# shellcheck shell=bash disable=SC2034

# offer_models FOLDER [ADDRESS [OPTION...]]: writes tiny.gguf to the folder and serves it at the address; sets models
# (the URL), model_sha256 and models_log.
offer_models() {
    local folder=$1 address=${2:-127.0.0.1} _
    mkdir -p "$folder"
    model_sha256=$(Scripts/llama/tiny-model.py "$folder/tiny.gguf") || return
    models_log=$folder.log
    Scripts/llama/model-server "$folder" --address "$address" --log "$models_log" "${@:3}" >"$folder.url" &
    models_pid=$!
    for _ in $(seq 100); do
        [ ! -s "$folder.url" ] || break
        sleep 0.1
    done
    models=$(cat "$folder.url")
    [ -n "$models" ]
}

withdraw_models() {
    [ -n "${models_pid:-}" ] || return 0
    kill "$models_pid" 2>/dev/null || true
    wait "$models_pid" 2>/dev/null || true
    models_pid=
}

# What tiny.gguf says whatever it is asked.
model_reply="I am a tiny model with random weights, and this is all that I can say."

# ask URL PATH [JSON]: what a model server answers; fails as curl does.
ask() { curl -sSf --noproxy '*' --max-time 20 "$1$2" ${3:+-H 'Content-Type: application/json' -d "$3"}; }

# answers URL TEXT: the chat model says exactly that.
answers() {
    local answer
    answer=$(ask "$1" /v1/chat/completions '{"messages":[{"role":"user","content":"Who are you?"}]}') || return
    grep -qF -- "\"content\":\"$2\"" <<<"$answer" || { echo "$answer" && return 1; }
}
