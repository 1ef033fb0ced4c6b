import EnvironmentAPI
import Formats
import HTTPModel

@testable import KubernetesSimulator
@testable import Simulation

/// Facts that a test makes up.
enum Facts {
    static let start = Timestamp(sinceEpoch: .seconds(1_767_225_600))
    static let `operator` = OperatorProcess.identity.process("operator-1")
    static let place = Naming.hostNamespace(of: "pr-1", uid: "uid-1")

    static func change(
        _ resource: String, _ namespace: String, _ name: String, uid: String = "uid", from before: JSONValue? = .none,
        to after: JSONValue? = .none, by author: Identity? = Facts.operator, at seconds: Int = 0
    ) -> Fact {
        .cluster(
            .change(
                ObjectChange(
                    resource: resource, namespace: namespace, name: name, uid: uid, before: before, after: after,
                    revision: 1, time: start + .seconds(seconds), author: author)))
    }

    static func write(
        _ verb: KubernetesSimulator.Verb, _ resource: String, _ namespace: String, _ name: String, uid: String = "uid",
        _ outcome: WriteRecord.Outcome = .changed, expecting expected: String = "uid"
    ) -> Fact {
        .cluster(
            .request(
                WriteRecord(
                    identity: Facts.operator, verb: verb, resource: resource, namespace: namespace, name: name,
                    subresource: "", uid: uid, resourceVersion: "1", time: start, outcome: outcome, isDryRun: false,
                    expectedUID: expected)))
    }

    static func sent(_ method: HTTPRequest.Method, _ target: String, at seconds: Int = 0) -> Fact {
        .sent("operator-1", SentRequest(HTTPRequest(method, target)), start + .seconds(seconds))
    }

    static func object(_ name: String, labels: JSONValue = [:], _ more: JSONValue = [:]) -> JSONValue {
        var object: JSONValue = ["metadata": ["name": .string(name), "uid": "uid", "labels": labels]]
        for (key, value) in more.object ?? JSONObject() { object[key] = value }
        return object
    }

    /// The namespace of pr-1, as the operator makes it.
    static let namespace = change(
        "namespaces", "", place, uid: "uid-n",
        to: object(
            place,
            labels: [
                Words.Label.environmentUID: "uid-1", "pod-security.kubernetes.io/enforce": "baseline",
            ]))

    static func environment(
        ttl: String = "1h", _ conditions: [(String, String)] = [], deleting: Bool = false, generation: Int64 = 1
    ) -> JSONValue {
        var metadata: JSONValue = [
            "name": "pr-1", "namespace": "team", "uid": "uid-1", "creationTimestamp": .string(start.description),
        ]
        if deleting { metadata["deletionTimestamp"] = .string(start.description) }
        let told = conditions.map { type, status -> JSONValue in
            [
                "type": .string(type), "status": .string(status), "reason": "Because", "message": "",
                "lastTransitionTime": .string(start.description),
            ]
        }
        let spec: JSONValue = [
            "isolation": "Namespace", "lifetime": ["default": "24h", "maximum": "72h"],
            "quota": ["hard": ["pods": "2"]],
        ]
        return [
            "metadata": metadata, "spec": ["environmentClassName": "review", "ttl": .string(ttl)],
            "status": [
                "conditions": .array(told), "observedGeneration": .integer(generation),
                "resolvedClass": ["name": "review", "uid": "c", "generation": 1, "spec": spec],
            ],
        ]
    }

    /// What an environment becomes, by the operator's hand.
    static func environment(_ before: JSONValue?, becomes after: JSONValue?, at seconds: Int = 0) -> Fact {
        change(Kind.environments, "team", "pr-1", uid: "uid-1", from: before, to: after, at: seconds)
    }
}

extension Judge {
    /// What is broken by these facts, by number.
    static func numbers(of facts: [Fact], hearsAll: Bool = false) -> [String] {
        var judge = Judge(start: Facts.start, hearsAll: hearsAll)
        for fact in facts { judge.hear(fact, at: Facts.start) }
        return judge.violations.map { String($0.invariant.prefix { $0 != " " }) }
    }
}
