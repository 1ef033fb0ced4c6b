import Glibc

/// A terminal that output goes to.
package struct Terminal: Sendable {
    /// Asked anew for every frame, since a window may change its size.
    package var columns: @Sendable () -> Int

    package init(columns: @escaping @Sendable () -> Int) { self.columns = columns }

    /// The terminal behind a descriptor; `nil` where there is none, or one that cannot move its cursor.
    package init?(descriptor: Int32, environment: (String) -> String?) {
        guard isatty(descriptor) == 1, environment("TERM") != "dumb" else { return nil }
        self.init {
            var size = winsize()
            guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
            return Int(size.ws_col)
        }
    }
}
