import EnvironmentAPI
import EnvironmentOperator
import Formats
import Kubernetes

/// What is compared: classes and environments as the cluster has them, and as files would make them.
struct DiffSubjects: Sendable {
    private let connection: ClusterConnection
    private(set) var snapshot: ClusterSnapshot
    private(set) var classes: [DeclaredObject] = []
    private let areClassesSeen: Bool
    private let areAllSeen: Bool
    private var objects: [ObjectKey: KubernetesObject] = [:]
    private var declared: [ObjectKey: DeclaredObject] = [:]
    private var wanted: Set<ObjectKey> = []
    private var wantedClasses: Set<String> = []

    /// Reads all classes and environments, as far as the user may.
    init(_ connection: ClusterConnection) async throws {
        self.connection = connection
        snapshot = ClusterSnapshot(environmentClasses: [], environments: [])
        let classes = try await Self.permitted { try await connection.client.listAll(.environmentClasses).items }
        var environments = try await Self.permitted { try await connection.client.listAll(.environments).items }
        areAllSeen = environments != nil
        if environments == nil {
            environments = try await connection.client.listAll(.environments, namespace: connection.namespace).items
        }
        for object in classes ?? [] { objects[ObjectKey(.environmentClasses, name: object.name)] = object }
        for object in environments ?? [] {
            objects[ObjectKey(.environments, namespace: object.namespace, name: object.name)] = object
        }
        snapshot.environments = (environments ?? []).map(Environment.init(from:))
        areClassesSeen = classes != nil
        snapshot.environmentClasses =
            classes?.map(EnvironmentClass.init(from:)) ?? snapshot.environments.resolvedClasses
    }

    /// What is not known of all of it.
    var notes: [String] {
        var notes: [String] = []
        if !areClassesSeen { notes.append("classes may not be read: environments remember theirs as they last were") }
        if !areAllSeen, !wantedClasses.isEmpty {
            notes.append(
                "environments of other namespaces than \(connection.namespace) may not be read, and are left out")
        }
        return notes
    }

    /// Everything to preview, by namespace and name.
    var environments: [(Environment, DeclaredObject?)] {
        snapshot.environments.filter { wanted.contains($0.key) || wantedClasses.contains($0.spec.environmentClassName) }
            .map { ($0, declared[$0.key]) }
            .sorted { $0.0.metadata.sortKey < $1.0.metadata.sortKey }
    }

    /// One that there is.
    mutating func add(environment name: String) async throws {
        let key = connection.key(name)
        if objects[key] == nil {
            let object = try await connection.environment(name)
            objects[key] = object
            snapshot.environments.append(Environment(from: object))
        }
        wanted.insert(key)
    }

    /// All that there are of a class.
    mutating func add(class name: String) throws(CommandFailure) {
        guard
            snapshot.environmentClass(name) != nil
                || snapshot.environments.contains(where: { $0.spec.environmentClassName == name })
        else {
            throw CommandFailure(
                .notFound, "there is no EnvironmentClass \(name)", hints: ["'envfactory class list' shows them"])
        }
        wantedClasses.insert(name)
    }

    /// What a file declares, in place of what there is.
    mutating func add(_ file: KubernetesObject) async throws {
        if file.kind == APIResource.environmentClasses.kind {
            addClass(file)
        } else {
            try await addEnvironment(file)
        }
    }

    private mutating func addClass(_ file: KubernetesObject) {
        let key = ObjectKey(.environmentClasses, name: file.name)
        let object = DeclaredObject(file, as: key, over: objects[key])
        objects[key] = object.object
        classes.removeAll { $0.key == key }
        classes.append(object)
        snapshot.environmentClasses.removeAll { $0.metadata.name == file.name }
        snapshot.environmentClasses.append(EnvironmentClass(from: object.object))
        wantedClasses.insert(file.name)
    }

    private mutating func addEnvironment(_ file: KubernetesObject) async throws {
        let key = ObjectKey(.environments, namespace: file.namespace, name: file.name)
        if objects[key] == nil { objects[key] = try await connection.client.find(key) }
        let object = DeclaredObject(file, as: key, over: objects[key])
        declared[key] = object
        snapshot.environments.removeAll { $0.key == key }
        snapshot.environments.append(Environment(from: object.object))
        wanted.insert(key)
    }

    private static func permitted(_ read: () async throws -> [KubernetesObject]) async throws -> [KubernetesObject]? {
        do {
            return try await read()
        } catch let error as KubernetesError where error.code == .forbidden {
            return nil
        }
    }
}

extension [Environment] {
    /// The classes as the environments were last accepted in them.
    fileprivate var resolvedClasses: [EnvironmentClass] {
        var classes: [EnvironmentClass] = []
        for resolved in compactMap(\.status.resolvedClass)
        where !classes.contains(where: { $0.metadata.name == resolved.name }) {
            let metadata = ObjectMetadata(name: resolved.name, uid: resolved.uid, generation: resolved.generation)
            classes.append(EnvironmentClass(metadata: metadata, spec: EnvironmentClass.Spec(json: resolved.spec)))
        }
        return classes
    }
}

extension ObjectMetadata {
    fileprivate var sortKey: String { "\(namespace)/\(name)" }
}

extension CommandContext {
    /// The Environments and classes that files hold; those without a namespace are of the one that is meant.
    func declaredObjects(_ paths: [String], in namespace: String) throws -> [KubernetesObject] {
        var objects: [KubernetesObject] = []
        for path in paths {
            let documents: [JSONValue]
            do {
                documents = try YAML.documents(in: try input(path))
            } catch let error as FormatError {
                throw CommandFailure(.rejected, "\(path): \(error.description)")
            }
            for document in documents.flatMap({ $0["kind"]?.string == "List" ? $0["items"]?.array ?? [] : [$0] }) {
                objects.append(try declaredObject(KubernetesObject(document), path, namespace))
            }
        }
        guard paths.isEmpty || !objects.isEmpty else {
            throw CommandFailure(
                .rejected, "\(paths.joined(separator: ", ")): there is no Environment and no class in it")
        }
        return objects
    }

    private func declaredObject(
        _ object: KubernetesObject, _ path: String, _ namespace: String
    ) throws(CommandFailure) -> KubernetesObject {
        let kinds = [APIResource.environments.kind, APIResource.environmentClasses.kind]
        guard kinds.contains(object.kind), object.apiVersion == Words.apiVersion else {
            throw CommandFailure(
                .rejected,
                "\(path) holds \(object.kind.shown) of \(object.apiVersion.shown): leave only kinds "
                    + "\(kinds.joined(separator: " and ")) of \(Words.apiVersion)")
        }
        guard !object.name.isEmpty else {
            throw CommandFailure(.rejected, "\(path) holds \(object.kind) without a name: write metadata.name")
        }
        var object = object
        if object.kind == APIResource.environments.kind, object.namespace == nil {
            object["metadata"]?["namespace"] = .string(namespace)
        }
        return object
    }
}
