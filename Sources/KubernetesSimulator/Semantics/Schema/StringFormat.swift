import Formats

/// The formats of strings that a schema may ask for; what is not known is not checked.
enum StringFormat: String, Sendable {
    case date
    case dateTime = "date-time"
    case byte
    case ipv4
    case ipv6
    case cidr
    case uuid
    case duration
    case email
    case uri

    func matches(_ text: String) -> Bool {
        switch self {
        case .date: isDate(text)
        case .dateTime: isTimestamp(text)
        case .byte: Base64.decode(text) != nil
        case .ipv4: isIPv4(text)
        case .ipv6: isIPv6(text)
        case .cidr: isBlock(text)
        case .uuid: isUUID(text)
        case .duration: isDuration(text)
        case .email: isAddress(text)
        case .uri: isLocation(text)
        }
    }

    private func isTimestamp(_ text: String) -> Bool {
        do throws(FormatError) {
            _ = try Timestamp(text)
            return true
        } catch {
            return false
        }
    }

    private func isDate(_ text: String) -> Bool { text.utf8.count == 10 && isTimestamp(text + "T00:00:00Z") }

    private func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private func isIPv6(_ text: String) -> Bool {
        text.contains(":") && text.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
    }

    private func isBlock(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let bits = UInt8(parts[1]) else { return false }
        return isIPv4(parts[0]) ? bits <= 32 : isIPv6(parts[0]) && bits <= 128
    }

    private func isUUID(_ text: String) -> Bool {
        let lengths = text.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        return (lengths == [8, 4, 4, 4, 12] || lengths == [32])
            && digits.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
    }

    /// Go's durations, and those in words and days.
    private func isDuration(_ text: String) -> Bool {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let units = ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w", "min", "hr", "hour", "day", "week"]
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard !number.isEmpty else { return false }
        // Several parts follow one another: 1h30m.
        let word = unit.prefix { $0.isLetter }
        let rest = unit.dropFirst(word.count)
        return units.contains(String(word)) && (rest.isEmpty || isDuration(String(rest)))
    }

    private func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(" ") }
    }

    private func isLocation(_ text: String) -> Bool {
        text.hasPrefix("/") || text.firstRange(of: "://").map { $0.lowerBound > text.startIndex } ?? false
    }
}
