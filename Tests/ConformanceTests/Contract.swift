import Formats
import HTTPModel
import KubernetesSimulator
import TestSupport
import Testing

/// One request, and what every server answers to it.
///
/// Rows of tables: the request is a line like `POST configmaps` or `APPLY apps/v1:deployments/d`, in the namespace of
/// the check unless it begins with a slash; `{ns}` stands for that namespace.
struct Contract: Sendable, CustomTestStringConvertible {
    /// What the server says, exactly or in part.
    enum Wording: Sendable {
        case exactly(String)
        case beginning(String)
        case containing(String)
        /// The two servers differ, for a reason that the module's documentation gives.
        indirect case differing(simulated: Wording, real: Wording)
    }

    let name: String
    let line: String
    let body: String
    let status: Int
    /// What the simulator answers where it differs.
    var simulatedStatus: Int?
    let wording: Wording?
    /// A part of the answer.
    let shown: String?
    /// Who sends it, if not the administrator.
    var user: String?
    /// What is done first; every line with its body.
    var before: [(line: String, body: String)] = []

    var testDescription: String { name }

    /// A request that is refused.
    init(
        _ name: String,
        _ line: String,
        _ body: String,
        _ status: Int,
        _ wording: Wording,
        simulated: Int? = nil
    ) {
        self.name = name
        self.line = line
        self.body = body
        self.status = status
        simulatedStatus = simulated
        self.wording = wording
        shown = nil
    }

    /// A request without a body that is refused.
    init(_ name: String, _ line: String, _ status: Int, _ wording: Wording, simulated: Int? = nil) {
        self.init(name, line, "", status, wording, simulated: simulated)
    }

    /// A request that is done; an object is made, where nothing else is said.
    init(_ name: String, _ line: String, _ body: String = "", shows shown: String) {
        self.init(name, line, body, 201, shows: shown)
    }

    init(_ name: String, _ line: String, _ status: Int, shows shown: String) {
        self.init(name, line, "", status, shows: shown)
    }

    init(_ name: String, _ line: String, _ body: String, _ status: Int, shows shown: String) {
        self.name = name
        self.line = line
        self.body = body
        self.status = status
        wording = nil
        self.shown = shown
    }

    func by(_ user: String) -> Contract {
        var result = self
        result.user = user
        return result
    }

    func after(_ line: String, _ body: String = "") -> Contract {
        var result = self
        result.before.append((line, body))
        return result
    }
}

extension Contract.Wording: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral text: String) { self = .exactly(text) }
}

extension Contract {
    /// Sends the request to a server and holds the answer to what was agreed.
    func check(_ server: SemanticsServer, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        if before.isEmpty {
            try await server.visit { probe in try await check(probe, sourceLocation) }
        } else {
            try await server.check { probe in
                for (line, body) in before { _ = try await probe.send(line: line, body) }
                try await check(probe, sourceLocation)
            }
        }
    }

    /// The same, where the probe is.
    func check(_ probe: SemanticsProbe, _ sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await probe.send(line: line, body, as: user)
        let expected = probe.cluster == nil ? status : simulatedStatus ?? status
        #expect(answer.status == expected, "\(answer.json.text())", sourceLocation: sourceLocation)
        if let wording {
            let text = answer.json.string ?? answer.message
            #expect(wording.accepts(text, from: probe), "\(text)", sourceLocation: sourceLocation)
        }
        if let shown {
            let wanted = try JSONValue(parsing: probe.filled(shown))
            #expect(answer.json.contains(wanted), "\(answer.json.text())", sourceLocation: sourceLocation)
        }
        if answer.status == 422, !answer.causes.isEmpty {
            #expect(answer.message.hasSuffix(answer.causesText), "\(answer.causes)", sourceLocation: sourceLocation)
        }
    }
}

extension Contract.Wording {
    func accepts(_ text: String, from probe: SemanticsProbe) -> Bool {
        switch self {
        case .exactly(let wanted): text == probe.filled(wanted)
        case .beginning(let wanted): text.hasPrefix(probe.filled(wanted))
        case .containing(let wanted): text.contains(probe.filled(wanted))
        case .differing(let simulated, let real):
            (probe.cluster == nil ? real : simulated).accepts(text, from: probe)
        }
    }
}

extension SemanticsServer {
    /// Runs a check that leaves nothing behind, in the namespace that is there anyway.
    func visit(_ body: (SemanticsProbe) async throws -> Void) async throws {
        switch kind {
        case .simulated:
            let cluster = SimulatedCluster()
            let probe = SemanticsProbe(
                transport: cluster.transport(as: .admin), cluster: cluster, namespace: "default")
            if ContractDefinition.isWanted { try await ContractDefinition.define(probe) }
            try await body(probe)
        case .real(let transport):
            try await body(SemanticsProbe(transport: transport, cluster: nil, namespace: "default"))
        }
    }
}

extension SemanticsProbe {
    /// Sends what a line of a table says.
    func send(line: String, _ body: String = "", as user: String? = nil) async throws -> SemanticsAnswer {
        let parts = filled(line).split(separator: " ", maxSplits: 1).map(String.init)
        let patches = [
            "MERGE": "application/merge-patch+json", "JSON": "application/json-patch+json",
            "APPLY": "application/apply-patch+yaml",
        ]
        let word = parts.first ?? ""
        let method = try #require(patches[word] == nil ? HTTPRequest.Method(rawValue: word) : .patch, "\(line)")
        var target = self.target(parts.last ?? "")
        if word == "APPLY", !target.contains("fieldManager=") {
            target += (target.contains("?") ? "&" : "?") + "fieldManager=one"
        }
        var request = request(method, target, type: patches[word] ?? "application/json", as: user)
        if method != .get, method != .delete || !body.isEmpty {
            request.headers["Content-Type"] = patches[word] ?? "application/json"
            request.body = Array(filled(body).utf8)
        }
        return SemanticsAnswer(try await transport.send(request))
    }

    /// The text with the namespace for `{ns}`, and many letters for `{a64}` and its like.
    func filled(_ text: String) -> String {
        [64, 129, 254].reduce(text.replacing("{ns}", with: namespace)) { text, count in
            text.replacing("{a\(count)}", with: String(repeating: "a", count: count))
        }
    }

    /// `configmaps/a`, `apps/v1:deployments/d`, or a whole path.
    private func target(_ text: String) -> String {
        guard !text.hasPrefix("/") else { return text }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].contains("/") else { return "/api/v1/namespaces/\(namespace)/\(text)" }
        return "/apis/\(parts[0])/namespaces/\(namespace)/\(parts[1])"
    }
}

extension SemanticsAnswer {
    /// What the causes add up to: a message names every cause once.
    fileprivate var causesText: String {
        var texts: [String] = []
        for cause in causes {
            let text = "\(cause["field"]?.string ?? ""): \(cause["message"]?.string ?? "")"
            if !texts.contains(text) { texts.append(text) }
        }
        return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }
}

extension JSONValue {
    /// Whether all that `part` says is so; lists are compared whole.
    func contains(_ part: JSONValue) -> Bool {
        guard let members = part.object else { return self == part }
        return members.allSatisfy { name, value in self[name].map { $0.contains(value) } ?? value.isNull }
    }
}
