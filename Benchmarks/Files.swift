import Glibc

/// Writes a file, and its folder under `.build` where it is missing.
func write(_ bytes: [UInt8], to path: String, mode: String = "w") -> Bool {
    var folder: String = ""
    for part in path.split(separator: "/").dropLast() {
        folder += "\(part)/"
        mkdir(folder, 0o755)
    }
    guard let file = fopen(path, mode) else { return false }
    let written: Int = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && written == bytes.count
}

/// The bytes of a file; `nil` where it cannot be read.
func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece: [UInt8] = Array(repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return bytes
}
