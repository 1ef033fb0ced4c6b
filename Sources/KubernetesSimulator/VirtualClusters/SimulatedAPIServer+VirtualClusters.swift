import Formats
package import HTTPModel
package import Kubernetes

extension SimulatedAPIServer {
    /// The way to a virtual cluster of this host, by its Service's address, with the trust and the credential of the
    /// settings: what a network would be to a kubeconfig.
    package func transport(to settings: ConnectionSettings) -> any HTTPTransport {
        VirtualClusterTransport(host: self, settings: settings)
    }

    /// A virtual cluster's own API server; `nil` while no pod of it serves.
    package func virtualCluster(_ release: String, in namespace: String) -> SimulatedAPIServer? {
        let name = VirtualClusterName(namespace: namespace, release: release)
        return data(of: name).map(server)
    }

    /// Makes something go wrong with a virtual cluster, from now on until it is mended.
    package func plan(_ fault: VirtualClusterFault) {
        change { cluster in
            cluster.virtualClusters.plan(fault)
            cluster.look(at: fault.namespace)
        }
    }

    /// Ends what goes wrong in a namespace; pods that it kept from running start anew.
    package func mendVirtualClusters(in namespace: String) {
        change { cluster in
            cluster.virtualClusters.mend(namespace)
            cluster.look(at: namespace)
        }
    }

    /// Replaces the authority and the credentials of a virtual cluster, which writes its Secret anew.
    package func rotateCredentials(ofVirtualCluster release: String, in namespace: String) {
        change { $0.rotateCredentials(of: VirtualClusterName(namespace: namespace, release: release)) }
    }
}

extension Cluster {
    /// Has the kubelet and the controllers look at a namespace's workloads again.
    fileprivate mutating func look(at namespace: String) {
        for pod in store.objects(of: .pods, in: namespace) {
            agenda.add(.startPod(pod.place, uid: pod.uid), at: now + (settings.podStartDelay ?? .zero))
        }
        for table in [TableName.statefulSets, .deployments] {
            for workload in store.objects(of: table, in: namespace) { agenda.add(.workload(workload.place), at: now) }
        }
    }
}

/// The way of one kubeconfig to one virtual cluster; each request finds out anew who is there.
private struct VirtualClusterTransport: HTTPTransport {
    let host: SimulatedAPIServer
    let settings: ConnectionSettings

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let connection = try host.connect(settings)
        guard !connection.isBroken else { return broken }
        return try await host.server(connection.data).send(signed(request), as: connection.identity)
    }

    func stream(
        _ request: HTTPRequest,
        _ receive: (_ line: [UInt8]) async throws -> Void
    ) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let connection = try host.connect(settings)
        guard !connection.isBroken else { return broken }
        return try await host.server(connection.data).stream(signed(request), as: connection.identity, receive)
    }

    private var broken: HTTPResponse {
        ReplyWriter(form: .full, now: host.time.now).response(.internalError("an error on the server: a planned fault"))
    }

    private func signed(_ request: HTTPRequest) -> HTTPRequest {
        guard case .token(let token) = settings.credential, request.headers["Authorization"] == nil else {
            return request
        }
        var request = request
        request.headers["Authorization"] = "Bearer \(token.secret)"
        return request
    }
}
