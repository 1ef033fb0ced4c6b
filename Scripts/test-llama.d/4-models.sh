# A model that is wrong or missing never reaches the engine, and an engine without memory is ended
# shellcheck shell=bash disable=SC2154

engine wrong wrong/tiny.gguf
engine missing none.gguf
eventually "wrong bytes end the fetch" 30 ended wrong fetch Error 3
check "which says what they are" matches "$(log wrong fetch)" "the model's digest is .*, not $model_sha256"
eventually "a missing file ends the fetch" 30 ended missing fetch Error 3
check "which says so" matches "$(log missing fetch)" 'returned error: 404'
leave wrong missing

engine small tiny.gguf 131072 32Mi
eventually "an engine that outgrows its memory is ended" 60 ended small server OOMKilled 137
