package import Kubernetes

/// One revision, as `helm list`, `helm history` and `helm status` show it.
package struct ReleaseRow: Sendable, Hashable {
    package var name: String
    package var namespace: String
    package var revision: Int
    package var updated: ReleaseTime?
    package var status: ReleaseStatus
    /// Name and version.
    package var chart: String
    package var appVersion: String
    package var description: String
    package var rollbackRevision: Int?
    package var notes: String

    package init(_ release: Release) {
        (name, namespace, revision) = (release.name, release.namespace, release.revision)
        (updated, status) = (release.info.lastDeployed, release.status)
        (chart, appVersion) = (release.chart.description, release.chart.appVersion)
        (description, notes) = (release.info.description, release.info.notes)
        rollbackRevision = release.info.rollbackRevision
    }

    /// The newest revision of each release among Secrets, by name and namespace; what cannot be read is told apart.
    package static func list(_ secrets: [KubernetesObject]) -> (rows: [ReleaseRow], problems: [HelmError]) {
        let (releases, problems) = read(secrets)
        var newest: [[String]: Release] = [:]
        for release in releases {
            let place: [String] = [release.name, release.namespace]
            if let other = newest[place], other.revision > release.revision { continue }
            newest[place] = release
        }
        let rows: [ReleaseRow] = newest.values.map(ReleaseRow.init).sorted {
            ($0.name, $0.namespace) < ($1.name, $1.namespace)
        }
        return (rows, problems)
    }

    /// The revisions of one release among Secrets, the oldest first.
    package static func history(
        of name: String, _ secrets: [KubernetesObject]
    ) -> (rows: [ReleaseRow], problems: [HelmError]) {
        let own: [KubernetesObject] = secrets.filter { ReleaseWords.release(ofSecret: $0.name)?.name == name }
        let (releases, problems) = read(own)
        return (releases.map(ReleaseRow.init).sorted { $0.revision < $1.revision }, problems)
    }

    private static func read(_ secrets: [KubernetesObject]) -> (releases: [Release], problems: [HelmError]) {
        var releases: [Release] = []
        var problems: [HelmError] = []
        for stored in secrets.compactMap({ StoredRelease($0) }) {
            switch stored.content {
            case .success(let release): releases.append(release)
            case .failure(let problem): problems.append(problem)
            }
        }
        return (releases, problems)
    }
}

// MARK: - As Helm prints it

extension ReleaseRow {
    /// The cells of a row of `helm list`.
    package var listCells: [String] {
        let updated: String = updated?.fullText ?? "-"
        return [name, namespace, "\(revision)", updated, status.rawValue, chart, appVersion]
    }

    /// The cells of a row of `helm history`.
    package var historyCells: [String] {
        ["\(revision)", updated?.dateText ?? "-", status.rawValue, chart, appVersion, description]
    }

    /// The lines of `helm status`.
    package var statusLines: [String] {
        var lines: [String] = ["NAME: \(name)"]
        if let updated { lines.append("LAST DEPLOYED: \(updated.dateText)") }
        lines += ["NAMESPACE: \(namespace)", "STATUS: \(status.rawValue)", "REVISION: \(revision)"]
        lines.append("DESCRIPTION: \(description)")
        if !notes.trimmed.isEmpty { lines += ["NOTES:", notes.trimmed] }
        return lines
    }
}

extension ReleaseTime {
    /// As C's `asctime` writes it.
    var dateText: String { text(as: "Mon Jan _2 15:04:05 2006") }

    /// As Go writes a time that it has read: the offset, and where the zone's name would be once more.
    var fullText: String {
        let offset: String = text(as: "-0700")
        return text(as: "2006-01-02 15:04:05.999999999 -0700 ") + (offset == "+0000" ? "UTC" : offset)
    }

    /// In a form of Go's, at the offset at which it was written.
    func text(as layout: String) -> String {
        let written: Moment? = GoLayout("2006-01-02T15:04:05Z07:00").moment(text)
        return GoLayout(layout).text(written ?? Moment(moment))
    }
}
