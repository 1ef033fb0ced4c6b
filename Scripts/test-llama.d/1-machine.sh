# A llama-server on the machine itself answers
# shellcheck shell=bash disable=SC2154

printf 'no model' >"$work/corrupt.gguf"
llama=$(Scripts/llama/server)
code "a missing model ends it" 1 "$llama" --port 0 --model "$work/none.gguf"
code "and so does a corrupt one" 1 "$llama" --port 0 --model "$work/corrupt.gguf"
check "which it says" grep -q 'exiting due to model loading error' <<<"$output"

"$llama" --host 127.0.0.1 --port 18080 --threads 1 --ctx-size 2048 --alias tiny --model "$work/models/tiny.gguf" \
    >"$work/machine.log" 2>&1 &
machine_pid=$!
machine=http://127.0.0.1:18080
eventually "it is healthy" 10 ask "$machine" /health
check "it lists the model" matches "$(ask "$machine" /v1/models)" '"id":"tiny"'
check "it says what this model says" answers "$machine" "$model_reply"
one='{"messages":[{"role":"user","content":"Wer bist du? 你是谁?"}],"max_tokens":1}'
check "one token is a cut answer" \
    matches "$(ask "$machine" /v1/chat/completions "$one")" '"finish_reason":"length".*"content":"I"'
ask "$machine" /v1/chat/completions '{"stream":true,"messages":[{"role":"user","content":"Who?"}]}' >"$work/stream"
check "a stream ends with DONE" is "$(grep -v '^$' "$work/stream" | tail -n 1)" "data: [DONE]"
check "and comes word by word" is "$(grep -c '"delta":{"content":"' "$work/stream")" "$(wc -w <<<"$model_reply")"
kill "$machine_pid"
ended=0
wait "$machine_pid" || ended=$?
check "asked to end, it ends" is "$ended" 0
machine_pid=
