import Formats
import Kubernetes

/// Reads a model's answer as it comes: server-sent events, each a piece of a chat completion as JSON.
///
///     data: {"choices":[{"delta":{"role":"assistant","content":null}}]}
///
///     data: {"choices":[{"delta":{"content":"Hello"}}]}
///
///     data: [DONE]
///
/// Pure: lines in, pieces out.
struct ChatStream: Sendable {
    enum Piece: Sendable, Hashable {
        case text(String)
        /// The model thinks, which is no part of the answer.
        case thought
        /// Why it said nothing more: `stop`, `length`.
        case stopped(String)
        case done
    }

    /// What one event may hold; a piece of an answer is a word or two.
    static let eventLimit = 1 << 20

    /// The data of the event that is being read, its lines joined; `nil` before its first.
    private var data: [UInt8]?
    private var isBegun = false

    /// Takes a line, without its line feed.
    ///
    /// - Throws: what the server says is wrong, or that it speaks something else.
    mutating func take(_ line: [UInt8]) throws(CommandFailure) -> [Piece] {
        var line = line[...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        if !isBegun, line.starts(with: Self.byteOrderMark) { line = line.dropFirst(Self.byteOrderMark.count) }
        isBegun = true
        guard !line.isEmpty else { return try finish() }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        // Some servers tell an error under a name of its own; comments and other fields say nothing of the answer.
        guard name.elementsEqual("data".utf8) || name.elementsEqual("error".utf8) else { return [] }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        try add(value)
        return []
    }

    /// Ends the event that is being read: at an empty line, and at the end of the stream.
    mutating func finish() throws(CommandFailure) -> [Piece] {
        guard let event = data else { return [] }
        data = nil
        return try Self.pieces(of: event)
    }

    private mutating func add(_ value: ArraySlice<UInt8>) throws(CommandFailure) {
        let begun = data.map { $0 + [UInt8(ascii: "\n")] } ?? []
        guard begun.count + value.count <= Self.eventLimit else {
            throw Self.foreign("an event of it is larger than \(Self.eventLimit) bytes")
        }
        data = begun + value
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

// MARK: - One event

extension ChatStream {
    private static func pieces(of event: [UInt8]) throws(CommandFailure) -> [Piece] {
        if event.elementsEqual("[DONE]".utf8) { return [.done] }
        guard let json = json(event), json.object != nil else {
            throw foreign("it sends \(String(decoding: event.prefix(80), as: UTF8.self).escapingControls())")
        }
        if let message = errorMessage(json) { throw CommandFailure(.rejected, "the model server says: \(message)") }
        guard let choice = json["choices"]?.array?.first else { return [] }
        var pieces: [Piece] = []
        if let thought = choice[path: "delta", "reasoning_content"]?.string, !thought.isEmpty {
            pieces.append(.thought)
        }
        if let text = choice[path: "delta", "content"]?.string, !text.isEmpty { pieces.append(.text(text)) }
        if let reason = choice["finish_reason"]?.string { pieces.append(.stopped(reason)) }
        return pieces
    }

    /// What `{"error": {"message": …}}` says, which model servers answer with.
    static func errorMessage(_ json: JSONValue) -> String? {
        guard let error = json["error"], !error.isNull else { return nil }
        return error["message"]?.string ?? error.string ?? error.text()
    }

    /// A small JSON text; `nil` where it is none.
    static func json(_ bytes: [UInt8]) -> JSONValue? {
        var limits = FormatLimits()
        limits.bytes = eventLimit
        limits.depth = 32
        return JSONValue(ifReadable: bytes, limits: limits)
    }

    private static func foreign(_ what: String) -> CommandFailure {
        CommandFailure(
            .unreachable, "what answers is no model server with an OpenAI-compatible API: \(what)",
            hints: ["see whether the port is that of the model server, and not of its page"])
    }
}
