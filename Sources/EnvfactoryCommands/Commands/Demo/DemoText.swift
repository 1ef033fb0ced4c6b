/// The words that the demo frames its acts with.
enum DemoText {
    private static let indent = "   "
    private static let widest = 96

    static func banner(_ address: String, columns: Int?) -> [StyledLine] {
        [StyledLine("envfactory demo: a simulated host cluster at \(address)", .bold)]
            + paragraph(
                """
                It lives in this process: no container runs, and no cluster of yours is touched. The operator, the \
                commands and the connections are the real ones. Lines after $ are what you would type.
                """, columns: columns)
    }

    /// A command as one would type it.
    static func command(_ words: String) -> StyledLine { StyledLine("\(indent)$ \(words)", .bold) }

    /// What a command printed.
    static func output(_ text: String) -> [StyledLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { StyledLine(indent + $0) }
    }

    /// Words broken between lines, no wider than a terminal of so many columns.
    static func paragraph(_ text: String, columns: Int?) -> [StyledLine] {
        let width = max(min(columns.map { $0 - 1 } ?? widest, widest), 20)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, TextWidth.columns(indent + line) + 1 + TextWidth.columns(String(word)) > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).map { StyledLine(indent + $0) }
    }

    /// The last words, when nothing runs any more.
    static let end: [StyledLine] = lines(
        """

        The simulated cluster is gone, and nothing of it is left on this machine.
        """)

    /// What to type next, with the program under the name that it was called by.
    static func next(_ program: String) -> [StyledLine] {
        lines(
            """

            The same, and it stays for kubectl to play with:
              \(program) demo --keep
            On a real cluster, where KUBECONFIG leads:
              \(program) install --image registry.example/envfactory:v0.1.0    (--print shows it first)
              kubectl apply -f examples/00-team.yaml -f examples/10-class-sandbox.yaml
              \(program) create pr-1 -n team-payments --class sandbox --ttl 2h --wait
            No real one at hand? From Debian's packages:
              make cluster-up operator-up
            """)
    }

    /// What to type while it stays.
    static func stay(_ path: String, _ address: String, _ program: String) -> [StyledLine] {
        let environment = "$(kubectl get env pr-43 -n team-payments -o jsonpath='{.status.namespace.name}')"
        return lines(
            """

            The simulated cluster stays until Ctrl-C. In another terminal:

              export KUBECONFIG=\(path)
              kubectl get env -A
              \(program) create mine -n team-payments --class sandbox --ttl 10m --wait
              \(program) describe mine -n team-payments
              \(program) delete mine -n team-payments --wait
              \(program) kubeconfig pr-43 -n team-payments > pr-43.kubeconfig
              kubectl --kubeconfig pr-43.kubeconfig --server \(address) --tls-server-name pr-43.\(environment) get ns

            On a real cluster the same begins with '\(program) install'.
            """)
    }

    private static func lines(_ text: String) -> [StyledLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { StyledLine(String($0)) }
    }
}
