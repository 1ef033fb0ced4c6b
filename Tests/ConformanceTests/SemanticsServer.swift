import CurlTransport
import Formats
import Glibc
import HTTPModel
import Kubernetes
import KubernetesSimulator
import TestSupport
import Testing

/// A server whose semantics are checked: the simulator always, a real one where the environment names it.
struct SemanticsServer: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable {
        case simulated
        case real(any HTTPTransport)
    }

    let kind: Kind

    var testDescription: String {
        switch kind {
        case .simulated: "simulated"
        case .real: "real"
        }
    }

    /// All there are.
    static let all: [SemanticsServer] = [SemanticsServer(kind: .simulated)] + [real].compactMap { $0 }

    /// The server of `ENVFACTORY_TEST_KUBECONFIG`.
    static let real: SemanticsServer? = {
        guard let path = getenv("ENVFACTORY_TEST_KUBECONFIG").map({ String(cString: $0) }), !path.isEmpty else {
            return nil
        }
        do {
            return SemanticsServer(kind: .real(try transport(kubeconfig: path)))
        } catch {
            Issue.record("ENVFACTORY_TEST_KUBECONFIG=\(path): \(error)")
            return nil
        }
    }()

    /// The way to the real server for whoever shows no certificate.
    static func anonymousTransport() throws -> any HTTPTransport {
        let path = getenv("ENVFACTORY_TEST_KUBECONFIG").map { String(cString: $0) } ?? ""
        return try transport(kubeconfig: path, isAnonymous: true)
    }

    private static func transport(kubeconfig path: String, isAnonymous: Bool = false) throws -> any HTTPTransport {
        let files = KubeconfigFiles(paths: [path], areRequired: true)
        let settings = try ConnectionSettings(files.load(read))
        var configuration = try CurlTransport.Configuration(server: settings.server)
        if let authority = try bytes(settings.certificateAuthority) {
            configuration.tls.trust = .authorities(authority)
        }
        if !isAnonymous, let pair = settings.clientCertificate, let certificate = try bytes(pair.certificate),
            let key = try bytes(pair.key)
        {
            configuration.tls.clientCertificate = ClientCertificate(certificate: certificate, key: key)
        }
        return CurlTransport(configuration)
    }

    private static func bytes(_ material: ConnectionSettings.Material?) throws -> [UInt8]? {
        switch material {
        case nil: nil
        case .bytes(let bytes)?: bytes.secret
        case .file(let path)?: try read(path)
        }
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { content += buffer[..<count] }
        return content
    }

    /// Runs a check in a namespace of its own, and takes that away again.
    func check(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (SemanticsProbe) async throws -> Void
    ) async throws {
        let probe: SemanticsProbe
        switch kind {
        case .simulated:
            let cluster = SimulatedCluster()
            probe = SemanticsProbe(transport: cluster.transport(as: .admin), cluster: cluster, namespace: "checked")
        case .real(let transport):
            let name = "checked-" + String(UInt64.random(in: 0..<1 << 40), radix: 36)
            probe = SemanticsProbe(transport: transport, cluster: nil, namespace: name)
        }
        let made = try await probe.post("/api/v1/namespaces", ["metadata": ["name": .string(probe.namespace)]])
        try #require(made.status == 201, sourceLocation: sourceLocation)
        // Pods need their account, and on older servers its token.
        let minor = try await probe.get("/version").json["minor"]?.string.flatMap { Int($0) } ?? 0
        try await probe.eventually {
            let account = try await probe.get(probe.path("serviceaccounts", "default"))
            return account.status == 200 && (minor >= 24 || account.json["secrets"] != nil)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(probe)) } catch { result = .failure(error) }
        _ = try await probe.delete("/api/v1/namespaces/\(probe.namespace)")
        try result.get()
    }
}

/// What a check sends its requests with.
struct SemanticsProbe: Sendable {
    let transport: any HTTPTransport
    /// `nil` for a real server.
    let cluster: SimulatedCluster?
    let namespace: String

    /// A name that no other check uses.
    func unique(_ name: String) -> String { "\(name)-\(namespace)" }

    /// `/api/v1/namespaces/<own>/<plural>/<name>`.
    func path(_ plural: String, _ name: String = "", in group: String = "") -> String {
        let root = group.isEmpty ? "/api/v1" : "/apis/\(group)"
        return "\(root)/namespaces/\(namespace)/\(plural)" + (name.isEmpty ? "" : "/\(name)")
    }

    func get(_ target: String, as user: String? = nil, accept: String? = nil) async throws -> SemanticsAnswer {
        try await send(.get, target, as: user, accept: accept)
    }

    func post(_ target: String, _ body: JSONValue, as user: String? = nil) async throws -> SemanticsAnswer {
        try await send(.post, target, body, as: user)
    }

    func put(_ target: String, _ body: JSONValue, as user: String? = nil) async throws -> SemanticsAnswer {
        try await send(.put, target, body, as: user)
    }

    func delete(_ target: String, _ body: JSONValue? = nil, as user: String? = nil) async throws -> SemanticsAnswer {
        try await send(.delete, target, body, as: user)
    }

    func merge(_ target: String, _ body: JSONValue, as user: String? = nil) async throws -> SemanticsAnswer {
        try await send(.patch, target, body, type: "application/merge-patch+json", as: user)
    }

    func apply(
        _ target: String,
        _ body: JSONValue,
        manager: String = "one",
        force: Bool = false,
        as user: String? = nil
    ) async throws -> SemanticsAnswer {
        let query = "?fieldManager=\(manager)" + (force ? "&force=true" : "")
        return try await send(.patch, target + query, body, type: "application/apply-patch+yaml", as: user)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        as user: String? = nil,
        accept: String? = nil
    ) async throws -> SemanticsAnswer {
        SemanticsAnswer(try await transport.send(request(method, target, body, type: type, as: user, accept: accept)))
    }

    func request(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        as user: String? = nil,
        accept: String? = nil
    ) -> HTTPRequest {
        var request = HTTPRequest(method, target, headers: ["User-Agent": "prober/1.0"], timeout: .seconds(30))
        request.headers["Accept"] = accept ?? "application/json"
        if let body {
            request.headers["Content-Type"] = type
            request.body = body.encoded()
        }
        if let user {
            request.headers["Impersonate-User"] = user
            for group in Self.groups(of: user) { request.headers.append(name: "Impersonate-Group", value: group) }
        }
        return request
    }

    private static func groups(of user: String) -> [String] {
        let parts = user.split(separator: ":")
        guard parts.count == 4, parts[1] == "serviceaccount" else { return ["system:authenticated"] }
        return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])", "system:authenticated"]
    }

    /// The events of a watch, until there are `count` or it ends.
    func watch(_ target: String, count: Int) async throws -> [SemanticsEvent] {
        var events: [SemanticsEvent] = []
        struct Enough: Error {}
        do {
            _ = try await transport.stream(request(.get, target)) { line in
                events.append(SemanticsEvent(try JSONValue(parsing: line)))
                if events.count >= count { throw Enough() }
            }
        } catch is Enough {}
        return events
    }

    /// Makes every old resourceVersion too old; a real server's oldest are.
    func forgetHistory() { cluster?.server.compact() }

    /// Moves virtual time on once so many watches wait; real time passes by itself.
    func passTime(_ duration: Duration, whenWatching count: Int) async {
        guard let cluster else { return }
        await cluster.eventually("no watch waits") { cluster.server.waitingWatches == count }
        cluster.time.advance(by: duration)
    }

    /// Waits for what a controller does: real time on a real server, virtual time on the simulated one.
    func eventually(
        _ what: Comment = "a controller did not do its part",
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        for _ in 0..<300 {
            if try await condition() { return }
            if let cluster {
                cluster.time.advance(by: .milliseconds(100))
            } else {
                try await SystemTime().sleep(for: .milliseconds(100))
            }
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}

/// A response, read.
struct SemanticsAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let json: JSONValue

    init(_ response: HTTPResponse) {
        status = response.status
        headers = response.headers
        do { json = try JSONValue(parsing: response.body) } catch {
            json = .string(String(decoding: response.body, as: UTF8.self))
        }
    }

    var reason: String { json["reason"]?.string ?? "" }
    var message: String { json["message"]?.string ?? "" }
    var uid: String { json[path: "metadata", "uid"]?.string ?? "" }
    var resourceVersion: String { json[path: "metadata", "resourceVersion"]?.string ?? "" }
    var generation: Int64? { json[path: "metadata", "generation"]?.integer }
    var items: [JSONValue] { json["items"]?.array ?? [] }
    var names: [String] { items.compactMap { $0[path: "metadata", "name"]?.string } }
    var causes: [JSONValue] { json[path: "details", "causes"]?.array ?? [] }

    /// The fields that one manager owns, as `fieldsV1` writes them.
    func fields(of manager: String, _ operation: String) -> JSONValue? {
        json[path: "metadata", "managedFields"]?.array?.first {
            $0["manager"]?.string == manager && $0["operation"]?.string == operation
        }?["fieldsV1"]
    }
}

/// One event of a watch.
struct SemanticsEvent: Sendable {
    let type: String
    let object: JSONValue

    init(_ json: JSONValue) {
        type = json["type"]?.string ?? ""
        object = json["object"] ?? .null
    }

    var name: String { object[path: "metadata", "name"]?.string ?? "" }
    var resourceVersion: String { object[path: "metadata", "resourceVersion"]?.string ?? "" }
}
