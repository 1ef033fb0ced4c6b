package import Formats

/// The form of the `Date` header: `Sat, 21 Nov 2026 10:00:00 GMT`.
extension Timestamp {
    private static let days: [[UInt8]] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"].map { Array($0.utf8) }
    private static let months: [[UInt8]] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// The moment that a `Date` header shows; the name of the day is not looked at.
    package init?(httpDate text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 29, bytes[3...4].elementsEqual(", ".utf8), bytes[25...].elementsEqual(" GMT".utf8),
            bytes[7] == UInt8(ascii: " "), bytes[11] == UInt8(ascii: " "), bytes[16] == UInt8(ascii: " "),
            let month = Self.months.firstIndex(where: { $0.elementsEqual(bytes[8...10]) })
        else { return nil }
        let digits = [(month + 1) / 10, (month + 1) % 10].map { UInt8(ascii: "0") + UInt8($0) }
        let hyphen = [UInt8(ascii: "-")]
        let date = bytes[12...15] + hyphen + digits + hyphen + bytes[5...6]
        let moment = date + [UInt8(ascii: "T")] + bytes[17...24] + [UInt8(ascii: "Z")]
        do { try self.init(String(decoding: moment, as: UTF8.self)) } catch { return nil }
    }

    /// As a `Date` header shows it; empty for a moment before 1970 or after 9999.
    package var httpDate: String {
        let text = Array(description.utf8)
        guard text.count == 20, sinceEpoch >= .zero else { return "" }
        let day = Self.days[Int(sinceEpoch.components.seconds / 86_400 % 7)]
        let month = Self.months[Int(text[5] - UInt8(ascii: "0")) * 10 + Int(text[6] - UInt8(ascii: "0")) - 1]
        let space = [UInt8(ascii: " ")]
        let date = day + [UInt8(ascii: ",")] + space + text[8...9] + space + month + space + text[0...3] + space
        return String(decoding: date + text[11...18] + Array(" GMT".utf8), as: UTF8.self)
    }
}
