/// The members of a mapping while it is read.
struct YAMLMembers {
    let repeatedKeys: YAML.RepeatedKeys
    private var members: [JSONObject.Member] = []
    private var places: [Key: Int] = [:]
    /// The line of each key that the mapping itself has, and not one merged into it.
    private var lines: [Int?] = []

    init(repeatedKeys: YAML.RepeatedKeys) { self.repeatedKeys = repeatedKeys }

    /// Adds a key that is written in the mapping; returns the line of an earlier one where it must not have any.
    mutating func set(_ key: String, to value: JSONValue, line: Int) -> Int? {
        guard let place = places[Key(text: key)] else {
            append(key, value, line: line)
            return nil
        }
        if repeatedKeys == .refused, let earlier = lines[place] { return earlier }
        members[place].value = value
        lines[place] = line
        return nil
    }

    /// Adds the members of a mapping that `<<` names.
    ///
    /// As in yaml.v2 they replace what was written before `<<`, and are replaced by what is written after it.
    mutating func merge(_ object: JSONObject) {
        for member in object {
            if let place = places[Key(text: member.key)] {
                members[place].value = member.value
            } else {
                append(member.key, member.value, line: nil)
            }
        }
    }

    var object: JSONObject { JSONObject(unique: members) }

    private mutating func append(_ key: String, _ value: JSONValue, line: Int?) {
        places[Key(text: key)] = members.count
        members.append((key, value))
        lines.append(line)
    }

    /// Compares by bytes: to `String` the two ways of writing an accent are one, to the API server they are two.
    private struct Key: Hashable {
        var text: String

        static func == (left: Key, right: Key) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text: String = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}
