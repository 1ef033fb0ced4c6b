/// How many environments have a place in a class that a younger one may not take.
package struct TakenPlaces: Sendable, Hashable {
    package var accepted: Int64
    /// Those that wait for a place as well, and came first.
    package var waiting: Int64

    package init(accepted: Int64 = 0, waiting: Int64 = 0) {
        self.accepted = accepted
        self.waiting = waiting
    }

    func isFull(_ most: Int64) -> Bool { accepted + waiting >= most }

    /// `10 of 10 environments of class review, and 2 wait before this one`.
    func shown(of most: Int64, _ kind: String) -> String {
        let before = "\(waiting) \(waiting == 1 ? "waits" : "wait") before this one"
        return "\(accepted) of \(most) \(kind)" + (waiting > 0 ? ", and \(before)" : "")
    }
}
