import Formats
import HTTPModel
import KubernetesSimulator

extension Plan: CustomStringConvertible {
    package var description: String { faults.map(\.description).joined(separator: "; ") }
}

extension Plan.Fault: CustomStringConvertible {
    package var description: String {
        switch moment {
        case .request(let kind, let number): "\(kind.rawValue) \(number) \(effect)"
        case .time(let time): "\(time.shortGoText) \(effect)"
        }
    }

    init(words: [Substring]) throws(FormatError) {
        guard let first = words.first else { throw FormatError("a fault has a moment and an effect") }
        guard let kind = Plan.RequestKind(rawValue: String(first)) else {
            self.init(.time(try Duration(go: String(first))), try Plan.Effect(timed: words.dropFirst()))
            return
        }
        guard words.count > 2, let number = Int(words[1]), number > 0 else {
            throw FormatError("write which request, counted from 1, and what it suffers: \(kind.rawValue) 12 lose")
        }
        self.init(.request(kind, number), try Plan.Effect(request: words.dropFirst(2)))
    }
}

extension Plan.Effect: CustomStringConvertible {
    package var description: String {
        switch self {
        case .request(let effect): effect.planText
        case .action(let action): action.description
        case .crash: "crash"
        case .clock(let jump): "clock \(jump.shortGoText)"
        case .drift(let thousandths): "drift \(thousandths)"
        case .cut: "cut"
        case .compact: "compact"
        case .outage(let duration): "outage \(duration.shortGoText)"
        case .closed(let duration): "closed \(duration.shortGoText)"
        case .virtual(let effect): "virtual \(effect.rawValue)"
        }
    }

    fileprivate init(timed words: some Collection<Substring>) throws(FormatError) {
        let argument = words.dropFirst().first.map(String.init) ?? ""
        switch words.first {
        case "crash": self = .crash
        case "cut": self = .cut
        case "compact": self = .compact
        case "clock": self = .clock(try Duration(go: argument))
        case "drift":
            guard let thousandths = Int(argument), abs(thousandths) < 500 else {
                throw FormatError("a clock drifts by a number of thousandths under 500, such as 50 or -50")
            }
            self = .drift(thousandths)
        case "outage": self = .outage(try Duration(go: argument))
        case "closed": self = .closed(try Duration(go: argument))
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
        let arguments = words.dropFirst().map(String.init)
        let number = arguments.first.flatMap { Int($0) }
        switch (words.first.map(String.init) ?? "", number) {
        case ("fail", _): self = .request(.failBefore(.unreachable))
        case ("lose", _): self = .request(.loseResponse(.interrupted))
        case ("crash-before", _): self = .request(.crash(isDone: false))
        case ("crash-after", _): self = .request(.crash(isDone: true))
        case ("empty", _): self = .request(.emptyList)
        case ("delay", _): self = .request(.delay(try Duration(go: arguments.first ?? "")))
        case ("refuse", let status?) where (400..<600).contains(status):
            self = .request(.refuse(status: status, retryAfter: arguments.dropFirst().first.flatMap { Int($0) }))
        case ("cut", let number?): self = .request(.cutWatch(afterEvents: number))
        case ("drop", let number?): self = .request(.dropEvent(number))
        case ("twice", let number?): self = .request(.duplicateEvent(number))
        case ("swap", let number?): self = .request(.swapEvents(number))
        case ("stale", let number?): self = .request(.staleList(revisions: number))
        default:
            throw FormatError(
                "a request can suffer: fail, lose, crash-before, crash-after, refuse STATUS [SECONDS], delay DURATION; "
                    + "a list also: empty, stale REVISIONS; a watch also: cut N, drop N, twice N, swap N")
        }
    }
}

extension Fault.Effect {
    fileprivate var planText: String {
        switch self {
        case .failBefore: "fail"
        case .loseResponse: "lose"
        case .refuse(let status, let seconds): "refuse \(status)" + (seconds.map { " \($0)" } ?? "")
        case .delay(let duration): "delay \(duration.shortGoText)"
        case .cutWatch(let events): "cut \(events)"
        case .dropEvent(let number): "drop \(number)"
        case .duplicateEvent(let number): "twice \(number)"
        case .swapEvents(let number): "swap \(number)"
        case .staleList(let revisions): "stale \(revisions)"
        case .emptyList: "empty"
        case .crash(let isDone): isDone ? "crash-after" : "crash-before"
        }
    }
}
