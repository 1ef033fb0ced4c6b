import EnvironmentAPI
import Formats
import Glibc
import Kubernetes
import TestSupport
import Testing

@testable import EnvironmentOperator

/// Whatever was asked for before, right or wrong, an environment becomes what it would have become without it.
@Suite("D22, D23: the last spec decides, whatever came before")
struct EnvironmentSpecTests {
    /// Twenty in the everyday run; more where the environment asks for it.
    private static let seeds: Range<UInt64> =
        0..<(getenv("ENVFACTORY_SPEC_SEQUENCES").flatMap { UInt64(String(cString: $0)) } ?? 20)

    @Test("a random sequence of specs ends as its last one alone", arguments: seeds)
    func sequence(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let last = Wish(&random, isRight: true)
        let expected = try await outcome(of: [last], &random)
        let sequence = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            Wish(&random, isRight: Bool.random(using: &random))
        }
        let reached = try await outcome(of: sequence + [last], &random)
        #expect(reached == expected, "seed \(seed): \(sequence)")
        #expect(reached.contains { $0.contains("Ready=True") })
    }

    /// Applies one wish after the other, some before the last has been fulfilled.
    private func outcome(of wishes: [Wish], _ random: inout SeededGenerator) async throws -> [String] {
        let stage = try await OperatorStage()
        for (index, wish) in wishes.enumerated() {
            if index == 0 {
                try await stage.createClass { $0["spec"] = $0["spec"]?.merging(wish.classSpec) ?? nil }
                try await stage.create { $0["spec"] = $0["spec"]?.merging(wish.spec) ?? nil }
            } else {
                let name = ObjectKey(.environmentClasses, name: "review")
                _ = try await stage.cluster.admin.patch(name, .merge, ["spec": wish.classSpec])
                try await stage.patch("pr-42", ["spec": wish.spec])
            }
            switch UInt8.random(in: 0..<3, using: &random) {
            case 0: break
            case 1: for _ in 0..<3 { _ = try await stage.runOnce() }
            default: try await stage.settle(patience: .seconds(30))
            }
        }
        try await stage.surviveAndSettle()
        return try await stage.state()
    }
}

/// What a class and an environment of it may ask for.
private struct Wish: Sendable, CustomStringConvertible {
    var classSpec: JSONValue
    var spec: JSONValue

    init(_ random: inout SeededGenerator, isRight: Bool) {
        func one(of values: JSONValue...) -> JSONValue { values[random.below(values.count)] }
        let pods = one(of: "5", "20", "100")
        classSpec = [
            "usage": ["namespaceSelector": ["matchLabels": ["team": "payments"]]],
            "quota": ["hard": ["pods": pods]],
            "network": ["mode": one(of: "Isolated", "Open")],
            "tenantRole": one(of: "Edit", "View", "None"),
            "limitRange": one(of: [], [["type": "Container", "default": ["cpu": "500m"]]]),
        ]
        spec = [
            "access": one(of: [], [["kind": "User", "name": "alice"]]),
            "quota": ["hard": ["pods": one(of: "3", pods)]],
            "ttl": one(of: "12h", "24h"),
        ]
        guard !isRight else { return }
        switch UInt8.random(in: 0..<3, using: &random) {
        case 0: spec["quota"] = ["hard": ["pods": "1000"]]
        case 1: classSpec["usage"] = ["namespaceSelector": ["matchLabels": ["team": "others"]]]
        default: spec["ttl"] = "1000h"
        }
    }

    var description: String { "\(classSpec.text()) \(spec.text())" }
}
