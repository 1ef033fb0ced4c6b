/// What keeps a cache up to date, whatever the cache holds.
package protocol RunnableReflector: Sendable {
    var progress: any CacheProgress { get }
    /// Runs until the task is cancelled.
    func run() async throws
}

extension Reflector: RunnableReflector {
    package var progress: any CacheProgress { cache }
}

/// What works on a queue, whatever its keys are.
package protocol RunnableController: Sendable {
    var name: String { get }
    /// Runs until it is stopped and what runs has ended, or until the task is cancelled.
    func run() async throws
    /// Begins nothing more.
    func stop()
}

extension Controller: RunnableController {}

/// Something else that runs beside the controllers until it is cancelled: a server, a sweep.
package struct RuntimeService: Sendable {
    package var name: String
    package var run: @Sendable () async throws -> Void

    package init(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.run = run
    }
}
