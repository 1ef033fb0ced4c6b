import EnvironmentAPI
import Formats

/// The misoperations: objects that somebody must refuse, and who does.
enum Invalid {
    private static func environment(_ path: String, _ value: JSONValue?) -> JSONValue {
        Valid.environment.setting(path, value)
    }

    private static func sandbox(_ path: String, _ value: JSONValue?) -> JSONValue {
        Valid.namespaceClass.setting(path, value)
    }

    private static func virtual(_ path: String, _ value: JSONValue?) -> JSONValue {
        Valid.virtualClass.setting(path, value)
    }

    /// D1: times to live that are none.
    static let times: [ObjectCase] = {
        let texts: [(String, ObjectCase.Verdict)] = [
            ("-1h", .definition), ("", .definition), ("1h1h", .definition), ("P1D", .definition),
            ("\u{FF19}h", .definition), ("1e400h", .definition), ("9223372037s1h", .definition), ("NaN", .definition),
            (" 1h", .definition), ("1h ", .definition), ("1 h", .definition), ("7d", .definition), ("24", .definition),
            ("1m1h", .definition), ("h", .definition), ("+1h", .definition), ("9999999h", .definition),
            ("0x1h", .definition), ("\u{0}1h", .definition), ("Infinity", .definition), ("1h30", .definition),
        ]
        let zeros = ["0s", "0h", "0h0m0s", "0.0s", "0ms"].map { text in
            ObjectCase("ttl \(text)", breaks: .durationPositive, environment("spec/ttl", .string(text)))
        }
        // Each part is short enough for the definition, but not what they make together.
        let long = ["999999h9999999m", "0.0001s"].map { text in
            ObjectCase("ttl \(text)", .operator, environment("spec/ttl", .string(text)))
        }
        let others: [JSONValue] = [3600, .double(1.5), true, ["24h"], ["hours": 24]]
        return texts.map { ObjectCase("ttl \($0.0.debugDescription)", $0.1, environment("spec/ttl", .string($0.0))) }
            + zeros + long
            + others.map { ObjectCase("ttl \($0)", .definition, environment("spec/ttl", $0)) }
    }()

    /// D3: amounts that are none.
    static let amounts: [ObjectCase] = {
        let texts = [
            "-1", "1.5.2Gi", "1e9999", "10GB", "Infinity", "NaN", "", " 1", "1 ", "Gi", "1ki", "0x10", "1,5",
            "\u{0661}", "1_000", "--1", "1e", "1e1.5",
        ]
        let wrong: [JSONValue] = texts.map { .string($0) } + [-1, .double(1.5), true, ["1"]]
        return wrong.map { ObjectCase("quota \($0)", .definition, environment("spec/quota/hard/requests.cpu", $0)) }
            + [
                ObjectCase("half a pod", .operator, environment("spec/quota/hard/pods", "500m")),
                ObjectCase("unknown resource", .operator, environment("spec/quota/hard/pod", "5")),
                ObjectCase("resource with a space", .operator, environment("spec/quota/hard/requests cpu", "5")),
            ]
    }()

    /// D4: names that are none.
    ///
    /// Every API server refuses what is no DNS subdomain, before any definition is asked.
    static let names: [ObjectCase] = {
        let servers = [
            "PR-42", ".", "..", "\u{1F680}", "p\u{0440}-42", "pr\u{0}42", "pr\u{202E}42", "pr_42", "pr 42", "-pr",
            "pr-",
            "pr/42", String(repeating: "a", count: 254),
        ]
        let rules = [
            String(repeating: "a", count: 51), String(repeating: "a", count: 54), String(repeating: "a", count: 64),
            String(repeating: "a", count: 253), "pr.42",
        ]
        return servers.map {
            ObjectCase("name \($0.debugDescription.prefix(40))", .definition, environment("metadata/name", .string($0)))
        }
            + rules.map { name in
                ObjectCase(
                    "name of \(name.count): \(name.prefix(5))", breaks: .nameLength,
                    environment("metadata/name", .string(name)))
            }
            + ["kube-x", "kube-system", "default"].map { name in
                ObjectCase("name \(name)", breaks: .nameReserved, environment("metadata/name", .string(name)))
            }
    }()

    /// D6: what cannot change, and every other rule: one object that breaks each.
    static let rules: [ObjectCase] = [
        ObjectCase(
            "another class", breaks: .classNameImmutable, environment("spec/environmentClassName", "large"),
            old: Valid.environment),
        ObjectCase(
            "another isolation", breaks: .isolationImmutable, Valid.virtualClass.setting("metadata/name", "sandbox"),
            old: Valid.namespaceClass),
        ObjectCase(
            "an account without a namespace", breaks: .subjectNamespace,
            environment("spec/access/0/namespace", nil)),
        ObjectCase(
            "a group with a namespace", breaks: .subjectNamespace,
            environment("spec/access/1/namespace", "team-payments")),
        ObjectCase("the masters", breaks: .subjectSystem, environment("spec/access/2/name", "system:masters")),
        ObjectCase("everybody", breaks: .subjectSystem, environment("spec/access/1/name", "system:anonymous")),
        ObjectCase("no virtual cluster", breaks: .virtualClusterPresence, virtual("spec/virtualCluster", nil)),
        ObjectCase(
            "a needless virtual cluster", breaks: .virtualClusterPresence,
            sandbox("spec/virtualCluster", ["chart": ["version": "0.36.1"]])),
        ObjectCase("a needless role", breaks: .tenantRoleIsolation, virtual("spec/tenantRole", "View")),
        ObjectCase(
            "parameters without a chart", breaks: .parametersIsolation,
            sandbox("spec/parameters", [["name": "size", "type": "String", "path": "size"]])),
        ObjectCase(
            "a default over the maximum", breaks: .defaultWithinMaximum, sandbox("spec/lifetime/default", "100h")),
        ObjectCase(
            "warnings that go up", breaks: .warningsDescending,
            sandbox("spec/lifetime/warnings", ["15m", "2h"])),
        ObjectCase(
            "warnings twice", breaks: .warningsDescending, sandbox("spec/lifetime/warnings", ["2h", "120m", "1m"])),
        ObjectCase("no warning", breaks: .durationPositive, sandbox("spec/lifetime/warnings", ["2h", "0s"])),
        ObjectCase("no maximum", breaks: .durationPositive, sandbox("spec/lifetime/maximum", "0s")),
        ObjectCase("no timeout", breaks: .durationPositive, sandbox("spec/teardown/timeout", "0s")),
        ObjectCase(
            "more in one than in all", breaks: .limitsOrdered, sandbox("spec/usage/maxEnvironmentsPerNamespace", 51)),
        ObjectCase(
            "In without values", breaks: .selectorValues,
            sandbox("spec/usage/namespaceSelector/matchExpressions/0/values", [])),
        ObjectCase(
            "Exists with values", breaks: .selectorValues,
            sandbox("spec/usage/namespaceSelector/matchExpressions/0/operator", "Exists")),
        ObjectCase("defaults of pods", breaks: .limitRangeDefaults, sandbox("spec/limitRange/0/type", "Pod")),
        ObjectCase("rules of an open network", breaks: .openNetworkHasNoRules, sandbox("spec/network/mode", "Open")),
        ObjectCase("a peer that is nobody", breaks: .peerKind, sandbox("spec/network/ingress/0/from/0", [:])),
        ObjectCase(
            "a peer that is two", breaks: .peerKind,
            sandbox("spec/network/egress/0/to/0/podSelector", ["matchLabels": ["app": "web"]])),
        ObjectCase(
            "a range that goes down", breaks: .portRange, sandbox("spec/network/egress/0/ports/1/endPort", 7999)),
        ObjectCase("a range from a name", breaks: .portRange, sandbox("spec/network/ingress/0/ports/0/endPort", 80)),
        ObjectCase("a range from nowhere", breaks: .portRange, sandbox("spec/network/egress/0/ports/1/port", nil)),
        ObjectCase(
            "an exposure of two kinds", breaks: .exposureUnion,
            virtual("spec/virtualCluster/exposure/nodePort", ["address": "192.0.2.1"])),
        ObjectCase(
            "an ingress without one", breaks: .exposureUnion,
            virtual("spec/virtualCluster/exposure", ["type": "Ingress"])),
        ObjectCase("a range upside down", breaks: .parameterRange, virtual("spec/parameters/1/minimum", 6)),
    ]

    /// What the definition refuses on every server, and what only the operator can see.
    static let others: [ObjectCase] = [
        ObjectCase("no spec", .definition, environment("spec", nil)),
        ObjectCase("no class", .definition, environment("spec/environmentClassName", nil)),
        ObjectCase("an empty class", .definition, environment("spec/environmentClassName", "")),
        ObjectCase("a class that is a path", .definition, environment("spec/environmentClassName", "../review")),
        ObjectCase("a subject that is no kind", .definition, environment("spec/access/1/kind", "Robot")),
        ObjectCase("a subject without a name", .definition, environment("spec/access/1/name", "")),
        ObjectCase("suspend in words", .definition, environment("spec/suspend", "yes")),
        ObjectCase("a commit in words", .definition, environment("spec/source/commit", "HEAD")),
        ObjectCase("a server that is a URL", .definition, environment("spec/source/server", "https://github.com")),
        ObjectCase("pull request zero", .definition, environment("spec/source/pullRequest", 0)),
        ObjectCase(
            "a binding twice", .definition,
            environment(
                "spec/inference",
                [
                    ["endpointRef": ["namespace": "ml", "name": "a"], "serviceName": "llm"],
                    ["endpointRef": ["namespace": "ml", "name": "b"], "serviceName": "llm"],
                ])),
        ObjectCase("another team's account", .operator, environment("spec/access/0/namespace", "team-search")),
        ObjectCase(
            "another team's accounts", .operator,
            environment("spec/access/2/name", "system:serviceaccounts:team-search")),
        ObjectCase("a parameter that is a list", .operator, environment("spec/parameters/nodes", [1, 2])),
        ObjectCase("a parameter with a bad name", .operator, environment("spec/parameters/no-des", 1)),
        ObjectCase("no isolation", .definition, sandbox("spec/isolation", nil)),
        ObjectCase("an isolation of its own", .definition, sandbox("spec/isolation", "Cluster")),
        ObjectCase("a level of its own", .definition, sandbox("spec/podSecurity/enforce", "strict")),
        ObjectCase("no block", .definition, sandbox("spec/network/apiServerCIDRs/0", "10.0.0.1")),
        ObjectCase("a port over all ports", .definition, sandbox("spec/network/egress/0/ports/0/port", 65_536)),
        ObjectCase("a port without a letter", .definition, sandbox("spec/network/ingress/0/ports/0/port", "80-80")),
        ObjectCase(
            "a class's account", .operator,
            sandbox(
                "spec/access/0",
                [
                    "kind": "ServiceAccount", "name": "ci", "namespace": "platform",
                ])),
        ObjectCase(
            "every namespace", .operator,
            sandbox("spec/network/ingress/0/from/0/namespaceSelector", [:])),
        ObjectCase(
            "an exception from elsewhere", .operator,
            sandbox("spec/network/egress/0/to/0/ipBlock", ["cidr": "10.0.0.0/8", "except": ["192.168.0.0/16"]])),
        ObjectCase("a default over the request", .operator, sandbox("spec/limitRange/0/defaultRequest/cpu", "2")),
        ObjectCase(
            "claims without storage", .operator,
            sandbox(
                "spec/limitRange/0",
                [
                    "type": "PersistentVolumeClaim", "max": ["cpu": "1"],
                ])),
        ObjectCase("a class quota of half pods", .operator, sandbox("spec/quota/hard/pods", "1500m")),
        ObjectCase("no chart", .definition, virtual("spec/virtualCluster/chart", nil)),
        ObjectCase("any version", .definition, virtual("spec/virtualCluster/chart/version", "latest")),
        ObjectCase("a short digest", .definition, virtual("spec/virtualCluster/chart/digest", "sha256:0123")),
        ObjectCase("a chart from a file", .definition, virtual("spec/virtualCluster/chart/repository", "file:///etc")),
        ObjectCase("ten control planes", .definition, virtual("spec/virtualCluster/replicas", 10)),
        ObjectCase("a parameter twice", .definition, virtual("spec/parameters/3/name", "ha")),
        ObjectCase("one path twice", .operator, virtual("spec/parameters/3/path", "controlPlane.ha")),
        ObjectCase("a path within a path", .operator, virtual("spec/parameters/3/path", "controlPlane")),
        ObjectCase("a default of another type", .operator, virtual("spec/parameters/2/default", "no")),
        ObjectCase("a default that is no choice", .operator, virtual("spec/parameters/0/default", "1.30")),
        ObjectCase("a pattern that is none", .operator, virtual("spec/parameters/3/pattern", "^[a-z")),
        ObjectCase("required with a default", .operator, virtual("spec/parameters/0/required", true)),
        ObjectCase("a range of texts", .operator, virtual("spec/parameters/3/minimum", 1)),
    ]

    static let all: [ObjectCase] = times + amounts + names + rules + others + endpointRules + endpoints
}
