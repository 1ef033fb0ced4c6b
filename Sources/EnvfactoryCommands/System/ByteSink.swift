import Glibc

/// Where output goes: standard output, standard error, or memory.
package protocol ByteSink: Sendable {
    /// - Throws: ``OutputClosed`` where the reader has gone away; else why the bytes cannot be written.
    func write(_ bytes: [UInt8]) throws
}

/// The reader of our output has had enough: `envfactory list | head -1`.
package struct OutputClosed: Error, Sendable {
    package init() {}
}

/// What the system answered when a file or a stream could not be used.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    /// The system's number of it; `nil` where it is none of the system's.
    package var number: Int32?

    package init(_ description: String) { self.description = description }

    init(_ task: String, number: Int32) {
        description = "cannot \(task): \(Self.text(of: number))"
        self.number = number
    }
}

extension SystemError {
    /// What to do about it, where that can be said of any file.
    var hints: [String] {
        switch number {
        case ENOSPC, EDQUOT: ["make room on that disk, then run it again"]
        case ENOENT, ENOTDIR: ["see whether its directory is there, and make it"]
        case EROFS, EACCES, EPERM: ["see who may read and write there, or name another place"]
        default: []
        }
    }
}
