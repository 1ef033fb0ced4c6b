import Formats
import Helm
import Kubernetes

/// The newest revision of a release, and the Environment it belongs to.
struct ListedRelease: Sendable, Hashable {
    var row: ReleaseRow
    /// `team/pr-42`.
    var environment: String?

    var json: JSONValue {
        var json = row.listJSON
        if let environment { json["environment"] = .string(environment) }
        return json
    }
}

/// What was found at several places: releases, records that cannot be read, and where one may not look.
struct FoundReleases: Sendable {
    /// Places that are read side by side.
    private static let width = 8

    private(set) var releases: [ListedRelease] = []
    private(set) var problems: [String] = []
    private var refusals: [CommandFailure] = []

    init(_ sources: [ReleaseSource], _ connection: ClusterConnection) async throws {
        let found = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            var found: [Int: Answer] = [:]
            for (index, source) in sources.enumerated() {
                if index >= Self.width, let (place, answer) = try await group.next() { found[place] = answer }
                group.addTask { (index, try await Answer(source, connection)) }
            }
            for try await (place, answer) in group { found[place] = answer }
            return found
        }
        for index in sources.indices {
            guard let answer = found[index] else { continue }
            add(answer)
        }
    }

    private mutating func add(_ answer: Answer) {
        switch answer {
        case .releases(let listed, let unreadable):
            releases += listed
            problems += unreadable
        case .refused(let failure): refusals.append(failure)
        }
    }

    /// Why some are left out; it ends the command after all others were shown.
    var refusal: CommandFailure? {
        guard var first = refusals.first else { return nil }
        let others = refusals.dropFirst()
        first.details += others.map(\.message)
        first.hints += others.flatMap(\.hints).prefix(10)
        return first
    }

    private enum Answer: Sendable {
        case releases([ListedRelease], problems: [String])
        case refused(CommandFailure)

        init(_ source: ReleaseSource, _ connection: ClusterConnection) async throws {
            do {
                let (rows, problems) = ReleaseRow.list(try await connection.records(source))
                self = .releases(
                    rows.map { ListedRelease(row: $0, environment: source.environment(of: $0.name)) },
                    problems: problems.map(\.description))
            } catch let failure as CommandFailure where failure.code == .forbidden {
                self = .refused(failure)
            }
        }
    }
}
