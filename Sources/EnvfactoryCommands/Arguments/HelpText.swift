/// Lays out help: of one command, and of the program.
enum HelpText {
    private static let width = 80

    static func text(of command: CommandDescription) -> String {
        var text =
            command.summary + "\n\n" + wrapped(command.why, indent: "") + "\n\nUsage:\n  " + usage(command) + "\n"
        text += section("Arguments", command.positionals.map { ("<\($0.name)>", $0.help) })
        for group in command.optionGroups {
            text += section(group.title, group.options.map { (spelling($0), $0.help) })
        }
        let example = command.example.split(separator: "\n", omittingEmptySubsequences: false)
        return text + "\nExample:\n" + example.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }

    /// Of the whole program.
    static var program: String {
        "envfactory makes isolated, short-lived Kubernetes environments, and takes them away again with proof.\n"
            + text(of: CommandList.all)
    }

    /// Of several commands.
    static func text(of commands: [any Command.Type]) -> String {
        let shown = commands.map { $0.description }.filter { !$0.isHidden }
        return "\nUsage:\n  envfactory <command> [options]\n"
            + section("Commands", shown.map { ($0.name, $0.summary) })
            + "\n'envfactory help <command>' says what a command is for, its options and an example.\n"
    }

    private static func usage(_ command: CommandDescription) -> String {
        let positionals = command.positionals.map(\.usage)
        return (["envfactory"] + command.words + positionals + ["[options]"]).joined(separator: " ")
    }

    private static func spelling(_ option: any CommandOption) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return "\(short)--\(option.name)" + (option.placeholder.map { " <\($0)>" } ?? "")
    }

    /// Two columns; a left side that is too long has its right side on the next line.
    private static func section(_ title: String, _ rows: [(left: String, right: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let column = min(rows.map(\.left.count).max() ?? 0, 28) + 4
        let indent = String(repeating: " ", count: column)
        let lines = rows.map { row -> String in
            let left = "  " + row.left
            let text = wrapped(row.right, indent: indent)
            guard left.count + 2 <= column else { return "\(left)\n\(text)\n" }
            return left + String(text.dropFirst(left.count)) + "\n"
        }
        return "\n\(title):\n" + lines.joined()
    }

    /// Paragraphs broken between words.
    static func wrapped(_ text: String, indent: String) -> String {
        let paragraphs = text.split(separator: "\n", omittingEmptySubsequences: false)
        return paragraphs.map { paragraph -> String in
            var lines: [String] = []
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
                    lines.append(indent + line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            lines.append(line.isEmpty ? "" : indent + line)
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
