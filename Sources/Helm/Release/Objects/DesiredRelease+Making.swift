package import Formats

extension DesiredRelease {
    /// What a rendered chart shall become.
    ///
    /// The chart is one whose dependencies were processed, made once for as many releases as there are; `config` are
    /// the values given over its own. `digest` is of all inputs but the revision, and tells whether a release is what
    /// is wanted.
    ///
    /// - Throws: all that the release may not hold, or that it has no room in a Secret.
    package init(
        _ rendered: RenderedChart, of chart: ReleaseChart, config: JSONObject, digest: String, in scope: ReleaseScope
    ) throws(HelmError) {
        try scope.checkName()
        var check: ReleaseCheck = ReleaseCheck(scope)
        check.refuse(definitions: chart.definitions)
        objects = rendered.manifests.flatMap { check.objects(of: $0.content, path: $0.path) }
        hooks = rendered.hooks.compactMap { check.hook(ReleaseHook($0)) }
        try check.finish()
        (self.scope, self.chart, self.config, self.digest) = (scope, chart, config, digest)
        (manifest, notes) = (rendered.text, rendered.notes)
        try checkSize()
    }

    /// What an older revision was, checked again: who may write Secrets may have changed it.
    ///
    /// - Throws: where it cannot be read, or holds what it may not.
    package init(rollingBackTo stored: StoredRelease, in scope: ReleaseScope) throws(HelmError) {
        let release: Release
        switch stored.content {
        case .success(let readable): release = readable
        case .failure(let error): throw HelmError("\(error): there is no way back to it")
        }
        try scope.checkName()
        var check: ReleaseCheck = ReleaseCheck(scope)
        objects = Manifest.split(release.manifest).flatMap { text in
            check.objects(of: text, path: ManifestDocument.source(of: text))
        }
        hooks = release.hooks.compactMap { hook in
            var hook: ReleaseHook = hook
            hook.lastRun = ReleaseHook.Run()
            return check.hook(hook)
        }
        try check.finish()
        (self.scope, chart, config, digest) = (scope, release.chart, release.config, stored.appliedDigest ?? "")
        (manifest, notes) = (release.manifest, release.info.notes)
        try checkSize()
    }

    private func checkSize() throws(HelmError) {
        var info: Release.Info = Release.Info(status: .pendingRollback)
        info.notes = notes
        // No revision has more digits.
        let release: Release = release(revision: Int(Int32.max), info: info)
        var record: ReleaseRecord = ReleaseRecord(
            release: release, operation: String(repeating: "0", count: 64), appliedDigest: digest, createdAt: .max)
        record.labels = scope.recordLabels
        try ReleaseSize.check(record)
    }

    /// A revision of this release.
    func release(revision: Int, info: Release.Info) -> Release {
        var release: Release = Release(
            name: scope.name, namespace: scope.namespace, revision: revision, info: info, chart: chart)
        release.config = config
        release.manifest = manifest
        release.hooks = hooks.map(\.hook)
        return release
    }
}

extension ReleaseScope {
    /// Refuses a name that Helm refuses.
    func checkName() throws(HelmError) {
        let labels: [Substring] = name.split(separator: ".", omittingEmptySubsequences: false)
        let areGood: Bool = labels.allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last else { return false }
            return first.isReleaseNameByte && last.isReleaseNameByte
                && label.utf8.allSatisfy { $0.isReleaseNameByte || $0 == UInt8(ascii: "-") }
        }
        guard areGood, name.utf8.count <= 53 else {
            throw HelmError(
                "\"\(name.shown)\" cannot name a release: use at most 53 lower-case letters, digits, - and .")
        }
    }
}
