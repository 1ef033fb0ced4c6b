import Formats
import HTTPModel
import KubernetesSimulator

extension Plan: CustomStringConvertible {
    package var description: String { faults.map(\.description).joined(separator: "; ") }
}

extension Plan.Fault: CustomStringConvertible {
    package var description: String {
        switch moment {
        case .request(let requests, let number): "\(requests) \(number) \(effect)"
        case .span(let span, let requests): "\(span.planText) \(requests) \(effect)"
        case .time(let time): "\(time.shortGoText) \(effect)"
        case .repeated(let span, let period): "\(span.planText) every \(period.shortGoText) \(effect)"
        }
    }

    init(words: [Substring]) throws(FormatError) {
        guard let first = words.first else { throw FormatError("a fault has a moment and an effect") }
        if let requests = Plan.Requests(first) {
            guard words.count > 2, let number = Int(words[1]), number > 0 else {
                throw FormatError("write which request, counted from 1, and what it suffers: \(requests) 12 lose")
            }
            self.init(.request(requests, number), try Plan.Effect(request: words.dropFirst(2)))
        } else if let span = try Range(planText: first) {
            try self.init(span, words.dropFirst())
        } else {
            self.init(.time(try Duration(go: String(first))), try Plan.Effect(timed: words.dropFirst()))
        }
    }

    /// Reads what happens all through a time.
    private init(_ span: Range<Duration>, _ words: ArraySlice<Substring>) throws(FormatError) {
        if let word = words.first, let requests = Plan.Requests(word) {
            self.init(.span(span, requests), try Plan.Effect(request: words.dropFirst()))
            return
        }
        guard words.first == "every", let word = words.dropFirst().first else {
            throw FormatError("write which requests suffer all that time, or how often what happens: every 1s crash")
        }
        let period = try Duration(go: String(word))
        guard period > .zero, (span.upperBound - span.lowerBound) / period < Double(Self.strikeLimit) else {
            throw FormatError("more often than \(Self.strikeLimit) times is too often: \(word) is too short")
        }
        self.init(.repeated(span, every: period), try Plan.Effect(timed: words.dropFirst(2)))
    }
}

extension Plan.Requests: CustomStringConvertible {
    package var description: String { ([kind.rawValue] + [resource, name].compactMap(\.self)).joined(separator: "/") }

    /// `nil` for a word that begins with no kind of request.
    fileprivate init?(_ word: Substring) {
        let parts = word.split(separator: "/", maxSplits: 2).map(String.init)
        guard let kind = parts.first.flatMap(Plan.RequestKind.init(rawValue:)) else { return nil }
        self.init(kind, resource: parts.dropFirst().first, name: parts.dropFirst(2).first)
    }
}

extension Range<Duration> {
    fileprivate var planText: String { "\(lowerBound.shortGoText)..\(upperBound.shortGoText)" }

    /// Reads `1m..11m`; `nil` for a text that is of another form.
    fileprivate init?(planText text: Substring) throws(FormatError) {
        guard let dots = text.firstRange(of: "..") else { return nil }
        let (lower, upper) = (try Duration(go: String(text[..<dots.lowerBound])), String(text[dots.upperBound...]))
        let end = try Duration(go: upper)
        guard lower < end else { throw FormatError("a time ends after it begins: \(text) does not") }
        self = lower..<end
    }
}

extension Plan.Effect: CustomStringConvertible {
    package var description: String {
        switch self {
        case .request(let effect): effect.planText
        case .action(let action): action.description
        case .crash: "crash"
        case .clock(let jump): "clock \(jump.shortGoText)"
        case .freeze: "freeze"
        case .drift(let thousandths): "drift \(thousandths)"
        case .cut: "cut"
        case .compact: "compact"
        case .outage(let duration): "outage \(duration.shortGoText)"
        case .virtual(let effect): "virtual \(effect.rawValue)"
        }
    }

    fileprivate init(timed words: some Collection<Substring>) throws(FormatError) {
        let argument = words.dropFirst().first.map(String.init) ?? ""
        switch words.first {
        case "crash": self = .crash
        case "cut": self = .cut
        case "compact": self = .compact
        case "freeze": self = .freeze
        case "clock": self = .clock(try Duration(go: argument))
        case "drift":
            guard let thousandths = Int(argument), (-500...1_000).contains(thousandths) else {
                throw FormatError("a clock drifts by a number of thousandths from -500 to 1000, such as 50 or -50")
            }
            self = .drift(thousandths)
        case "outage": self = .outage(try Duration(go: argument))
        case "virtual":
            guard let effect = VirtualClusterFault.Effect(rawValue: argument) else {
                let known = VirtualClusterFault.Effect.allCases.map(\.rawValue).joined(separator: ", ")
                throw FormatError("a virtual cluster can suffer: \(known)")
            }
            self = .virtual(effect)
        default: self = .action(try Action(words))
        }
    }

    fileprivate init(request words: some Collection<Substring>) throws(FormatError) {
        self = .request(try Fault.Effect(words.map(String.init)))
    }
}

extension Fault.Effect {
    fileprivate init(_ words: [String]) throws(FormatError) {
        let (word, argument) = (words.first ?? "", words.dropFirst().first ?? "")
        if let effect = Self.plain(word) ?? Int(argument).flatMap({ Self.counted(word, $0, words.dropFirst(2).first) })
        {
            self = effect
            return
        }
        switch (word, Fault.WatchContent(rawValue: argument)) {
        case ("delay", _): self = .delay(try Duration(go: argument))
        case ("lag", _): self = .lagWatch(try Duration(go: argument))
        case ("tell", let content?): self = .tellOnly(content)
        default:
            throw FormatError(
                "a request can suffer: fail, lose, truncate, crash-before, crash-after, trap, refuse STATUS [SECONDS], "
                    + "misreport STATUS, delay DURATION; a list also: empty, half, stale REVISIONS; a watch also: "
                    + "cut N, drop N, twice N, swap N, repeat TIMES, lag DURATION, tell nothing|bookmarks|objects")
        }
    }

    /// Those that need no more said.
    private static func plain(_ word: String) -> Self? {
        switch word {
        case "fail": .failBefore(.unreachable)
        case "lose": .loseResponse(.interrupted)
        case "truncate": .truncate
        case "crash-before": .crash(isDone: false)
        case "crash-after": .crash(isDone: true)
        case "trap": .trap
        case "empty": .emptyList
        case "half": .halfList
        default: nil
        }
    }

    private static func counted(_ word: String, _ number: Int, _ seconds: String?) -> Self? {
        switch word {
        case "refuse" where (400..<600).contains(number):
            .refuse(status: number, retryAfter: seconds.flatMap { Int($0) })
        case "misreport" where (400..<600).contains(number): .misreport(status: number)
        case "cut": .cutWatch(afterEvents: number)
        case "drop": .dropEvent(number)
        case "twice": .duplicateEvent(number)
        case "swap": .swapEvents(number)
        case "repeat" where (1...100).contains(number): .repeatEvents(number)
        case "stale": .staleList(revisions: number)
        default: nil
        }
    }

    fileprivate var planText: String {
        switch self {
        case .failBefore: "fail"
        case .loseResponse: "lose"
        case .misreport(let status): "misreport \(status)"
        case .truncate: "truncate"
        case .refuse(let status, let seconds): "refuse \(status)" + (seconds.map { " \($0)" } ?? "")
        case .delay(let duration): "delay \(duration.shortGoText)"
        case .cutWatch(let events): "cut \(events)"
        case .dropEvent(let number): "drop \(number)"
        case .duplicateEvent(let number): "twice \(number)"
        case .repeatEvents(let times): "repeat \(times)"
        case .swapEvents(let number): "swap \(number)"
        case .tellOnly(let content): "tell \(content.rawValue)"
        case .lagWatch(let duration): "lag \(duration.shortGoText)"
        case .staleList(let revisions): "stale \(revisions)"
        case .emptyList: "empty"
        case .halfList: "half"
        case .crash(let isDone): isDone ? "crash-after" : "crash-before"
        case .trap: "trap"
        }
    }
}
