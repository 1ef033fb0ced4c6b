import Formats

/// Something that somebody other than the operator does to the cluster: one word, and what it is done to.
///
/// Written as it is read: `create pr-1 review 1h`, `destroy networkpolicies pr-1`.
package struct Action: Sendable, Hashable {
    package enum Verb: String, Sendable, Hashable, CaseIterable {
        /// `class review Namespace|VirtualCluster`.
        case makeClass = "class"
        /// `create pr-1 review [1h]`: as soon as the name is free.
        case create
        /// `ttl pr-1 2h`.
        case lifetime = "ttl"
        case suspend
        case wake
        /// `level pr-1 b`: a parameter, and so an upgrade of a virtual cluster.
        case level
        case delete
        /// `pods review 7`: the class's quota.
        case pods
        /// `network review Open`.
        case network
        /// `chart review 0.36.901`: another version of the chart for all of the class.
        case chart
        /// `destroy networkpolicies pr-1`: deletes all of a kind in the environment's namespace.
        case destroy
        /// `edit resourcequotas pr-1`: changes all of a kind, so that they are not as they were wished.
        case edit
        /// `touch networkpolicies pr-1`: writes what is nobody's business into all of a kind, `environments` included.
        case touch
        /// Begins an upgrade of its release with a `helm` of one's own, unless one is on its way already.
        case helm
        /// Gives that upgrade up.
        case abandon
        /// Takes the operator's finalizer off.
        case strip
        /// Makes a namespace of the name that the environment's will have, without anybody's labels.
        case squat
        /// Runs pods in the environment's namespace, as who uses it does.
        case run
        /// Makes an object in the environment's namespace that holds it.
        case hold
        /// Lets it go again.
        case free
        /// `pull pr-1 open|closed|merged`: at the code host, which tells nobody.
        case pull
        /// `hook pr-1 closed`: what the code host tells of a pull request, truly or not.
        case hook
        /// `job pr-1 review`: what a CI job does, for the environment of its pull request.
        case job
        /// `host outage|page|…|well`: what is wrong with the code host.
        case host
        case pause
        case unpause
        /// Writes another holder into the operator's lease.
        case steal
        /// Deletes the operator's lease.
        case forfeit
        /// Starts one more process of the operator.
        case replica
        /// Does nothing: a scenario goes on until then.
        case rest

        /// How many words follow.
        var arguments: ClosedRange<Int> {
            switch self {
            case .pause, .unpause, .steal, .forfeit, .replica, .rest: 0...0
            case .suspend, .wake, .delete, .helm, .abandon, .strip, .squat, .run, .hold, .free: 1...1
            case .create: 2...3
            case .host: 1...1
            case .makeClass, .lifetime, .level, .pods, .network, .chart, .destroy, .edit, .touch, .pull, .hook, .job:
                2...2
            }
        }
    }

    package var verb: Verb
    package var arguments: [String]

    package init(_ verb: Verb, _ arguments: String...) {
        self.verb = verb
        self.arguments = arguments
    }

    init(_ words: some Collection<Substring>) throws(FormatError) {
        guard let word = words.first, let verb = Verb(rawValue: String(word)) else {
            let known = Verb.allCases.map(\.rawValue).joined(separator: ", ")
            throw FormatError("nobody can \"\(words.joined(separator: " "))\": begin with one of \(known)")
        }
        self.verb = verb
        arguments = words.dropFirst().map(String.init)
        guard verb.arguments.contains(arguments.count) else {
            throw FormatError("\"\(word)\" takes \(verb.arguments) words after it, not \(arguments.count)")
        }
    }
}

extension Action: CustomStringConvertible {
    package var description: String { ([verb.rawValue] + arguments).joined(separator: " ") }
}
