import Formats
import Kubernetes

/// Which controller looks at what after a change: pure, so that the order of events decides everything.
enum Controllers {
    static func work(after event: StoreEvent, _ settings: SimulationSettings) -> [(Work, Duration)] {
        ownershipWork(event, settings) + namespaceWork(event, settings) + kindWork(event, settings)
    }

    private static func ownershipWork(_ event: StoreEvent, _ settings: SimulationSettings) -> [(Work, Duration)] {
        let object = event.object
        guard event.kind != .deleted else {
            let owners = object.ownerUIDs.map { (Work.owner(uid: $0), settings.garbageDelay) }
            return owners + [(.owner(uid: object.uid), settings.garbageDelay)]
        }
        var work: [(Work, Duration)] = []
        let owners = object.ownerUIDs
        if !owners.isEmpty, owners != event.previous?.ownerUIDs {
            work.append((.dependent(object.place, uid: object.uid), settings.garbageDelay))
        }
        if object.isDeleting, object.finalizers.contains(where: { $0 == "orphan" || $0 == "foregroundDeletion" }) {
            work.append((.owner(uid: object.uid), settings.garbageDelay))
        }
        return work
    }

    private static func namespaceWork(_ event: StoreEvent, _ settings: SimulationSettings) -> [(Work, Duration)] {
        let place = event.object.place
        if place.table == .namespaces { return [(.namespace(place.name), settings.namespaceDelay)] }
        guard !place.namespace.isEmpty, event.kind == .deleted || event.object.isDeleting else { return [] }
        return [(.namespace(place.namespace), settings.namespaceDelay)]
    }

    private static func kindWork(_ event: StoreEvent, _ settings: SimulationSettings) -> [(Work, Duration)] {
        let place = event.object.place
        switch place.table {
        case .pods: return podWork(event, settings)
        case .claims: return event.object.isDeleting && event.kind != .deleted ? [(.claim(place), .zero)] : []
        case .definitions: return [(.definition(place.name), .zero)]
        case .statefulSets, .deployments:
            guard event.kind != .deleted else { return [(.quotas(namespace: place.namespace), settings.quotaDelay)] }
            let isNew = event.object.json["spec"] != event.previous?.json["spec"]
            return isNew ? [(.workload(place), settings.workloadDelay)] : []
        case .resourceQuotas:
            let isNew = event.object.json["spec"] != event.previous?.json["spec"] || event.kind == .deleted
            return isNew ? [(.quotas(namespace: place.namespace), settings.quotaDelay)] : []
        default:
            guard event.kind == .deleted else { return [] }
            // The table of a custom resource has its definition's name.
            let definition = (Work.definition(place.table.text), Duration.zero)
            return [definition, (.quotas(namespace: place.namespace), settings.quotaDelay)]
        }
    }

    /// The claims that a pod uses.
    static func claims(of pod: StoredObject) -> [Place] {
        (pod.json[path: "spec", "volumes"]?.array ?? []).compactMap { volume in
            volume[path: "persistentVolumeClaim", "claimName"]?.string.map {
                Place(table: .claims, namespace: pod.place.namespace, name: $0)
            }
        }
    }

    private static func podWork(_ event: StoreEvent, _ settings: SimulationSettings) -> [(Work, Duration)] {
        let pod = event.object
        let quota = (Work.quotas(namespace: pod.place.namespace), settings.quotaDelay)
        let workload = pod.workload.map { [(Work.workload($0), settings.workloadDelay)] } ?? []
        switch event.kind {
        case .deleted: return [quota] + claims(of: pod).map { (.claim($0), .zero) } + workload
        case .added: return settings.podStartDelay.map { [(.startPod(pod.place, uid: pod.uid), $0)] } ?? []
        case .modified where pod.isDeleting:
            return [(.stopPod(pod.place, uid: pod.uid), stopDelay(of: pod, settings))] + workload
        case .modified:
            let leads = pod.isReady && pod.virtualCluster != nil
            return workload + (leads ? [(.kubeconfig(pod.place, uid: pod.uid), settings.kubeconfigDelay)] : [])
        }
    }

    /// How long the processes of a deleted pod take to end.
    static func stopDelay(of pod: StoredObject, _ settings: SimulationSettings) -> Duration {
        let grace = Duration.seconds(pod.metadata["deletionGracePeriodSeconds"]?.integer ?? 0)
        return settings.podStopDelay.map { min($0, grace) } ?? grace
    }
}

extension Cluster {
    /// Does everything that is due, and what follows from it at the same moment.
    mutating func runControllers() {
        while let work = agenda.next(at: now) { perform(work) }
    }

    private mutating func perform(_ work: Work) {
        switch work {
        case .namespace(let name): reconcileNamespace(name)
        case .definition(let name): reconcileDefinition(name)
        case .owner(let uid): collectDependents(of: uid)
        case .dependent(let place, let uid): collectIfOrphaned(place, uid: uid)
        case .quotas(let namespace): recountQuotas(in: namespace)
        case .claim(let place): releaseClaim(place)
        case .startPod(let place, let uid): startPod(place, uid: uid)
        case .stopPod(let place, let uid): stopPod(place, uid: uid)
        case .workload(let place): reconcileWorkload(place)
        case .kubeconfig(let place, let uid): writeKubeconfig(place, uid: uid)
        case .scheduling: schedule()
        case .node(let name): reconcileNode(name)
        case .endpoints(let service): reconcileEndpoints(service)
        case .compaction: compactHistory()
        }
    }

    // MARK: - What controllers do

    /// Changes an object in the name of a controller; nothing happens where nothing changes.
    mutating func change(
        _ place: Place,
        as controller: String,
        subresource: String = "",
        _ change: (inout JSONValue) -> Void
    ) {
        guard let old = store[place], let descriptor = registry.descriptor(of: place.table) else { return }
        var json = old.json
        change(&json)
        guard json != old.json else { return }
        var request = self.request(.update, place, descriptor, as: controller, subresource: subresource)
        request.body = json
        let before = store.revision
        json = fieldManager(request, descriptor).update(old.json, json)
        note(request, .success(.object(finish(json, old, descriptor), descriptor)), since: before)
    }

    /// Deletes an object in the name of a controller; what refuses is met again at the next event.
    mutating func delete(
        _ object: StoredObject,
        as controller: String,
        propagation: String = "Background",
        gracePeriodSeconds: Int64? = nil
    ) {
        guard let descriptor = registry.descriptor(of: object.place.table) else { return }
        var request = self.request(.delete, object.place, descriptor, as: controller)
        request.body = [
            "preconditions": ["uid": .string(object.uid)], "propagationPolicy": .string(propagation),
        ]
        request.body?["gracePeriodSeconds"] = gracePeriodSeconds.map(JSONValue.integer)
        attempt(request)
    }

    mutating func create(_ json: JSONValue, at place: Place, as controller: String) {
        // A refusal is the answer: the object changed, and its event brings the controller back.
        _ = attemptCreate(json, at: place, as: controller)
    }

    /// Creates an object in the name of a controller; returns what refused it.
    mutating func attemptCreate(_ json: JSONValue, at place: Place, as controller: String) -> APIStatus? {
        guard let descriptor = registry.descriptor(of: place.table) else { return nil }
        var request = self.request(.create, place, descriptor, as: controller)
        request.path.name = ""
        request.body = json
        return attempt(request)
    }

    @discardableResult
    private mutating func attempt(_ request: APIRequest) -> APIStatus? {
        do throws(APIStatus) {
            _ = try answer(request)
            return nil
        } catch {
            return error
        }
    }

    private func request(
        _ verb: Verb,
        _ place: Place,
        _ descriptor: ResourceDescriptor,
        as controller: String,
        subresource: String = ""
    ) -> APIRequest {
        let resource = descriptor.resource
        let path = ResourcePath(
            group: resource.group, version: resource.version, namespace: place.namespace, plural: resource.plural,
            name: place.name, subresource: subresource)
        var request = APIRequest(verb: verb, path: path, query: Query(), identity: .controller(controller))
        request.userAgent = "kube-controller-manager/simulated"
        return request
    }

    private mutating func compactHistory() {
        store.compact(through: compactionMark)
        compactionMark = store.revision
        agenda.add(.compaction, at: now + settings.historyWindow)
    }
}
