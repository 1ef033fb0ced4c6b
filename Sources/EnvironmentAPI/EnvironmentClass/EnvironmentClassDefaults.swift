extension EnvironmentClass {
    /// What holds where a class is silent; the definition of the resource says the same.
    package enum Defaults {
        /// Where it is no longer than the maximum.
        package static let lifetime: Duration = .seconds(24 * 3600)
        package static let maximumLifetime: Duration = .seconds(72 * 3600)
        package static let warnings: [Duration] = [.seconds(2 * 3600), .seconds(15 * 60)]
        package static let retention: Duration = .seconds(3600)
        package static let podSecurityEnforce: PodSecurityLevel = .baseline
        package static let podSecurityWarn: PodSecurityLevel = .restricted
        package static let podSecurityAudit: PodSecurityLevel = .restricted
        package static let networkMode: Network.Mode = .isolated
        package static let tenantRole: TenantRole = .edit
        package static let drift: DriftMode = .correct
        package static let teardownTimeout: Duration = .seconds(600)
        package static let volumes: VolumePolicy = .delete
        package static let chartRepository = "https://charts.loft.sh"
        package static let chartName = "vcluster"
        package static let replicas: Int64 = 1
        package static let exposure: VirtualCluster.ExposureType = .clusterIP
        package static let portForward = true
        package static let networkProtocol: NetworkPort.TransportProtocol = .tcp
    }
}
