/// How long one exchange with the API server may take.
package struct RequestTimeouts: Sendable, Hashable {
    /// Reads of one object, and the head of a watch.
    package var read: Duration
    /// One page of a list.
    package var list: Duration
    /// Whatever changes something.
    ///
    /// A leader sets it below the time between its renew deadline and its lease's end.
    package var write: Duration

    package init(
        read: Duration = .seconds(30),
        list: Duration = .seconds(60),
        write: Duration = .seconds(30)
    ) {
        self.read = read
        self.list = list
        self.write = write
    }
}
