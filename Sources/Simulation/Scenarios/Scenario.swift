package import Formats

/// What people do, and when: data, so that it can be printed, replayed and made smaller.
///
/// As text: `0s class review Namespace; 1s create pr-1 review; 30s delete pr-1`.
package struct Scenario: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        /// Counted from the beginning.
        package var time: Duration
        package var action: Action

        package init(_ time: Duration, _ action: Action) {
            self.time = time
            self.action = action
        }
    }

    package var name: String
    package var steps: [Step]

    package init(_ name: String, _ steps: [Step]) {
        self.name = name
        self.steps = steps
    }

    /// Reads a scenario as it is printed.
    ///
    /// - Throws: An instruction.
    package init(name: String = "given", parsing text: String) throws(FormatError) {
        self.init(name, try Entries.read(text, Step.init(words:)))
    }

    /// When the last step is done.
    var end: Duration { steps.map(\.time).max() ?? .zero }

    /// Whether somebody does this.
    func contains(_ verb: Action.Verb) -> Bool { steps.contains { $0.action.verb == verb } }
}

extension Scenario: CustomStringConvertible {
    package var description: String { steps.map(\.description).joined(separator: "; ") }
}

extension Scenario.Step: CustomStringConvertible {
    package var description: String { "\(time.shortGoText) \(action)" }

    fileprivate init(words: [Substring]) throws(FormatError) {
        self.init(try Duration(go: String(words.first ?? "")), try Action(words.dropFirst()))
    }
}

/// The form that scenarios and plans share: entries of words, divided by semicolons.
enum Entries {
    /// No scenario and no plan has more.
    static let limit = 1_000

    static func read<Entry>(
        _ text: String, _ entry: ([Substring]) throws(FormatError) -> Entry
    ) throws(FormatError) -> [Entry] {
        let parts = text.split(separator: ";").map { $0.split(separator: " ") }.filter { !$0.isEmpty }
        guard parts.count <= limit else { throw FormatError("there are \(parts.count) entries: \(limit) are allowed") }
        return try parts.map { words throws(FormatError) in
            do throws(FormatError) { return try entry(words) } catch {
                throw FormatError("\"\(words.joined(separator: " "))\": \(error.message)")
            }
        }
    }
}

extension Duration {
    /// As Go prints it, without the zeros at its end: `1h`, not `1h0m0s`.
    var shortGoText: String {
        var text = goText
        for zero in ["m0s", "h0m"] where text.hasSuffix(zero) { text.removeLast(2) }
        return text
    }
}
