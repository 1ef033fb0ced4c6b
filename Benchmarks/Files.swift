import Glibc

/// Writes a file, and its folder under `.build` where it is missing.
func write(_ bytes: [UInt8], to path: String) -> Bool {
    var folder: String = ""
    for part in path.split(separator: "/").dropLast() {
        folder += "\(part)/"
        mkdir(folder, 0o755)
    }
    guard let file = fopen(path, "w") else { return false }
    let written: Int = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && written == bytes.count
}
