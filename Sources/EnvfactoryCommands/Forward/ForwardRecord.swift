import Formats

/// What a forward in the background writes of itself, for whoever comes after: how to find it, and nothing secret.
struct ForwardRecord: Sendable, Hashable {
    enum State: Sendable, Hashable {
        /// It listens on the port.
        case running(port: UInt16)
        /// It never did.
        case failed(String)
    }

    var process: ProcessIdentity
    /// Of the environment that it leads to.
    var uid: String
    var state: State

    init(process: ProcessIdentity, uid: String, state: State) {
        self.process = process
        self.uid = uid
        self.state = state
    }

    /// Reads a record; `nil` where the text is none.
    init?(parsing bytes: [UInt8]) {
        guard let json = JSONValue(ifReadable: bytes),
            let number = json["pid"]?.integer.flatMap({ Int32(exactly: $0) }), number > 1,
            let startedAt = json["startedAt"]?.string, let uid = json["uid"]?.string
        else { return nil }
        process = ProcessIdentity(number: number, startedAt: startedAt)
        self.uid = uid
        if let failure = json["failure"]?.string {
            state = .failed(failure)
        } else if let port = json["port"]?.integer.flatMap({ UInt16(exactly: $0) }), port > 0 {
            state = .running(port: port)
        } else {
            return nil
        }
    }

    var bytes: [UInt8] {
        var json: JSONValue = [
            "pid": .integer(Int64(process.number)), "startedAt": .string(process.startedAt), "uid": .string(uid),
        ]
        switch state {
        case .running(let port): json["port"] = .integer(Int64(port))
        case .failed(let message): json["failure"] = .string(message)
        }
        return Array((json.text() + "\n").utf8)
    }
}
