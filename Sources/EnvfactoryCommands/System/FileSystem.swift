/// The files that commands read and write.
package protocol FileSystem: Sendable {
    /// The content of a file; `nil` where there is none.
    func read(_ path: String) throws -> [UInt8]?
    func isDirectory(_ path: String) -> Bool
    /// What is in a directory, in no order; links are what they lead to.
    func entries(of directory: String) throws -> [DirectoryEntry]
    /// The path without links, `.` and `..`; `nil` where there is nothing at it.
    func canonicalPath(of path: String) throws -> String?
    /// Writes a file that only its owner may read: whole or not at all, and never readable by others for an instant.
    ///
    /// Where the path is a link, the file it leads to is replaced and the link stays.
    func replace(_ path: String, with bytes: [UInt8]) throws
    /// Writes a file that anybody may read.
    func publish(_ path: String, _ bytes: [UInt8]) throws
    /// Adds to the end of a file, in one write: all of it, or nothing.
    func append(_ bytes: [UInt8], to path: String) throws
    /// Makes a directory, and those above it, for its owner alone; one that is there stays as it is.
    func createDirectory(_ path: String) throws
    /// - Returns: Whether there was a file.
    @discardableResult
    func remove(_ path: String) throws -> Bool
    /// Makes an empty file where there is none.
    ///
    /// - Returns: Whether it was made; `false` where something is there.
    func createExclusively(_ path: String) throws -> Bool
}

/// A file, a directory, or something else in a directory.
package struct DirectoryEntry: Sendable, Hashable {
    package var name: String
    package var isDirectory: Bool
    package var isFile: Bool

    package init(name: String, isDirectory: Bool, isFile: Bool) {
        self.name = name
        self.isDirectory = isDirectory
        self.isFile = isFile
    }
}
