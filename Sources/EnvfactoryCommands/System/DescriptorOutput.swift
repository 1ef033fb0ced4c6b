import Glibc

/// A stream of this process.
package struct DescriptorOutput: ByteSink {
    private let descriptor: Int32
    private let name: String

    package static let standardOutput = DescriptorOutput(descriptor: STDOUT_FILENO, name: "standard output")
    package static let standardError = DescriptorOutput(descriptor: STDERR_FILENO, name: "standard error")

    package func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw OutputClosed()
            } else if errno == EAGAIN {
                waitUntilWritable()
            } else if errno != EINTR {
                throw SystemError("write to \(name)", number: errno)
            }
        }
    }

    /// Whoever started us may share a terminal that somebody has set to not block.
    private func waitUntilWritable() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, 1000)
    }
}

/// The whole of standard input, up to a bound.
package enum StandardInput {
    package static let limit = 4 << 20

    package static func read() throws -> [UInt8] {
        try FileReading.all(of: STDIN_FILENO, "standard input", limit: limit)
    }
}

extension SystemError {
    static func text(of number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
