import Glibc

/// A terminal that output goes to.
package struct Terminal: Sendable {
    /// Asked anew for every frame, since a window may change its size.
    package var columns: @Sendable () -> Int
    /// As ``columns``, of its height.
    package var rows: @Sendable () -> Int

    package init(columns: @escaping @Sendable () -> Int, rows: @escaping @Sendable () -> Int = { 24 }) {
        self.columns = columns
        self.rows = rows
    }

    /// The terminal behind a descriptor; `nil` where there is none, or one that cannot move its cursor.
    package init?(descriptor: Int32, environment: (String) -> String?) {
        guard isatty(descriptor) == 1, environment("TERM") != "dumb" else { return nil }
        self.init(
            columns: { Self.size(of: descriptor).map { Int($0.ws_col) } ?? 80 },
            rows: { Self.size(of: descriptor).map { Int($0.ws_row) } ?? 24 })
    }

    /// `nil` where the terminal does not know its size.
    private static func size(of descriptor: Int32) -> winsize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return size
    }
}
