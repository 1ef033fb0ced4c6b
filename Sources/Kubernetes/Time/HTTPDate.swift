package import Formats

extension Timestamp {
    /// Reads the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for any other form.
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT" else { return nil }
        let months: [Substring] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        guard let month = months.firstIndex(of: parts[2]), parts[1].utf8.count == 2 else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        do {
            try self.init("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
        } catch {
            return nil
        }
    }
}
