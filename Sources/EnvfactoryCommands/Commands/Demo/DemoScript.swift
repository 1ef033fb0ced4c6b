/// One part of the demo: what it shows, and how.
struct DemoAct: Sendable {
    var title: String
    var steps: [DemoStep]
}

/// One thing that happens in the demo.
enum DemoStep: Sendable {
    case tell(String)
    /// Runs this program with these words; the output goes to a file where one is named.
    case envfactory(String, into: String? = nil)
    case kubectl(KubectlCall)
    case startOperator
    /// How many times faster the cluster's time runs than the watcher's, from now on.
    case pace(Int)
    case wait(DemoGoal)
}

/// What the demo shows, in its order.
enum DemoScript {
    static let team = "team-payments"
    /// Quick enough that nobody waits for long, slow enough to see it come.
    static let usualPace = 2
    /// Ten minutes in five seconds.
    static let quickPace = 120

    static let acts: [DemoAct] = [
        DemoAct(
            title: "A platform team installs envfactory and says what may be asked for",
            steps: [
                .envfactory("install --without-operator --quiet"),
                .tell("The operator starts, with the rights of its own ServiceAccount and no others."),
                .startOperator,
                .kubectl(.apply(["examples/00-team.yaml"])),
                .kubectl(
                    .apply([
                        "examples/10-class-sandbox.yaml", "examples/11-class-agents.yaml",
                        "examples/13-class-preview.yaml",
                    ])),
                .kubectl(.awaitClasses(["sandbox", "agents", "preview"])),
                .envfactory("class list"),
            ]),
        DemoAct(
            title: "A team asks for environments",
            steps: [
                .kubectl(.apply(["examples/20-environment-review.yaml"])),
                .envfactory("create -f examples/21-environment-short.yaml"),
                .envfactory("create pr-43 -n \(team) --class preview --ttl 8h --param kubernetesVersion=1.35"),
                .wait(.ready(["pr-42", "pr-43", "try-parser"])),
                .envfactory("list -n \(team)"),
            ]),
        DemoAct(
            title: "One of them is a cluster of its own",
            steps: [
                .tell(
                    """
                    pr-43 is a virtual cluster: a release of vCluster's chart (here of a stand-in for it, which is in \
                    the program) with an API server of its own. Its kubeconfig, as its users get it:
                    """),
                .envfactory("kubeconfig pr-43 -n \(team)", into: "pr-43.kubeconfig"),
                .kubectl(.getNamespaces(kubeconfig: "pr-43.kubeconfig")),
                .tell("The namespace app is there because the class says so; the host has none of that name."),
            ]),
        DemoAct(
            title: "Time runs out",
            steps: [
                .tell("try-parser asked for ten minutes. Nobody will delete it."),
                .pace(quickPace),
                .wait(.ended("try-parser")),
                .pace(usualPace),
                .kubectl(.getNamespace(of: "try-parser")),
                .tell("What stays for a while is the record of it, and why it ended."),
                .envfactory("list -n \(team)"),
            ]),
        DemoAct(
            title: "What does not go is named",
            steps: [
                .tell("Somebody's controller puts a finalizer of its own on something in pr-42."),
                .kubectl(.createConfigMap("keep", in: "pr-42")),
                .kubectl(.setFinalizers(of: "keep", in: "pr-42", ["example.com/hold"])),
                .envfactory("delete pr-42 -n \(team)"),
                .wait(.held("pr-42")),
                .tell("A foreign finalizer is never stripped. Its owner takes it off, and pr-42 goes."),
                .kubectl(.setFinalizers(of: "keep", in: "pr-42", [])),
                .wait(.gone("pr-42")),
                .kubectl(.getNamespace(of: "pr-42")),
            ]),
    ]
}
