import EnvironmentAPI
import Formats

/// Fetches a model's files into the cache before the engine starts: once, taken up where it broke off, and checked.
///
/// It runs in the engine's own image, which must have `sh`, `curl` and `sha256sum`. Everything that comes from the
/// endpoint is handed over by the environment, never as a part of the script.
struct ModelFetch: Sendable, Hashable {
    struct File: Sendable, Hashable {
        var name: String
        var url: String
        var sha256: String?
    }

    let files: [File]
    private let directory: String

    /// `nil` where the engine fetches by itself, or there is nothing to fetch.
    init?(_ endpoint: InferenceEndpoint, directory: String) {
        let model = endpoint.spec.model
        guard endpoint.spec.engine.type != .vLLM, let file = model.file else { return nil }
        let base = Self.base(of: model)
        var files = [File(name: file, url: "\(base)/\(file)", sha256: model.sha256)]
        if let projector = model.projector { files.append(File(name: projector, url: "\(base)/\(projector)")) }
        self.files = files
        self.directory = directory
    }

    private static let hub = "https://huggingface.co"

    /// The address under which the files are.
    private static func base(of model: InferenceEndpoint.Model) -> String {
        let source = model.source ?? "hf://\(model.name)"
        var base = source.hasPrefix("hf://") ? "\(hub)/\(source.dropFirst(5))/resolve/main" : source
        while base.last == "/" { base.removeLast() }
        return base
    }

    func container(image: String, mount: JSONValue) -> JSONValue {
        var variables: [JSONValue] = [
            ["name": "DIRECTORY", "value": .string(directory)], ["name": "COUNT", "value": .string("\(files.count)")],
        ]
        for (index, file) in files.enumerated() {
            variables.append(["name": .string("FILE_\(index)"), "value": .string(file.name)])
            variables.append(["name": .string("URL_\(index)"), "value": .string(file.url)])
            variables.append(["name": .string("SHA256_\(index)"), "value": .string(file.sha256 ?? "")])
        }
        return [
            "name": "fetch", "image": .string(image), "command": ["sh", "-c", .string(Self.script)],
            "env": .array(variables), "volumeMounts": [mount],
        ]
    }

    /// Says in its last words what went wrong, by a word of ``ModelReason`` and a sentence.
    ///
    /// A file is renamed when it is whole, so that a half one is never taken for a model.
    private static let script = """
        set -u
        fail() { echo "$1: $2" >/dev/termination-log; echo "$1: $2" >&2; exit 1; }
        fetch() {
          mkdir -p "$(dirname "$DIRECTORY/$1")" || fail FetchFailed "the cache cannot be written"
          cd "$DIRECTORY" || fail FetchFailed "there is no cache"
          if [ -f "$1" ] && [ "$(cat "$1.source" 2>/dev/null)" = "$2 $3" ]; then return; fi
          command -v curl >/dev/null || fail FetchFailed "the engine's image has no curl: use one that has"
          headers=$(curl -sSfIL --max-time 60 "$2" 2>/dev/null) || headers=
          size=$(printf %s "$headers" | tr -d '\\r' | sed -n 's/^[Cc]ontent-[Ll]ength: *//p' | tail -n 1)
          free=$(df -Pk . | awk 'NR == 2 { print $4 }')
          have=$(stat -c %s "$1.part" 2>/dev/null || echo 0)
          if [ -n "$size" ] && [ $(((size - have) / 1024)) -gt "$free" ]; then
            fail CacheTooSmall "$1 has $size bytes and the cache has $((free * 1024 + have)) left: raise spec.cache.size"
          fi
          stalled=0
          while :; do
            have=$(stat -c %s "$1.part" 2>/dev/null || echo 0)
            [ "$have" -gt 0 ] && [ -n "$size" ] && [ "$have" -ge "$size" ] && break
            told=$(curl -sSfL --speed-limit 1 --speed-time 60 -C - -o "$1.part" "$2" 2>&1)
            code=$?
            [ $code -eq 0 ] && break
            [ $code -eq 23 ] && fail CacheTooSmall "the cache is full: raise spec.cache.size"
            # A server that cannot continue makes it begin anew.
            [ $code -eq 33 ] && rm -f "$1.part"
            now=$(stat -c %s "$1.part" 2>/dev/null || echo 0)
            if [ "$now" -gt "$have" ]; then stalled=0; else stalled=$((stalled + 1)); fi
            [ $stalled -lt 5 ] || fail FetchFailed "$2 cannot be fetched (curl ended with $code): $told"
            sleep 2
          done
          if [ -n "$3" ]; then
            found=$(sha256sum "$1.part" | cut -d ' ' -f 1)
            if [ "$found" != "$3" ]; then
              rm -f "$1.part"
              fail DigestMismatch "$1 has the digest $found: write it into spec.model.sha256, or find out who changed the file"
            fi
          fi
          mv "$1.part" "$1" && echo "$2 $3" >"$1.source"
        }
        index=0
        while [ $index -lt "$COUNT" ]; do
          eval "fetch \\"\\$FILE_$index\\" \\"\\$URL_$index\\" \\"\\$SHA256_$index\\""
          index=$((index + 1))
        done
        """
}
