import Glibc

/// Reads what a descriptor holds.
enum FileReading {
    static func all(of descriptor: Int32, _ name: String, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                guard errno == EINTR else { throw SystemError("read \(name)", number: errno) }
                continue
            }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw SystemError("cannot read \(name): it is larger than \(limit >> 20) MiB")
            }
        }
    }
}
