import Glibc

/// What tells one content of a file from another without reading it.
package struct FileStamp: Sendable, Equatable {
    package let device: UInt
    package let inode: UInt
    package let size: Int
    /// When it was last written, since 1970.
    package let modified: Duration

    init(_ information: stat) {
        device = UInt(information.st_dev)
        inode = UInt(information.st_ino)
        size = Int(information.st_size)
        modified = .seconds(Int(information.st_mtim.tv_sec)) + .nanoseconds(Int(information.st_mtim.tv_nsec))
    }

    /// The stamp of a file; `nil` where there is none to see.
    package init?(of path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        self.init(information)
    }
}
