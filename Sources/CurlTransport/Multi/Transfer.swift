import HTTPModel
import Synchronization

/// One request and the place its outcome goes to.
///
/// The outcome is settled by the curl thread when it has let go of the request, and exactly once.
final class Transfer: Sendable {
    let plan: TransferPlan
    /// When the response must be whole; for a stream, when its head must be there.
    let deadline: ContinuousClock.Instant
    /// The whole response, or a stream's head.
    let response = Promise<HTTPResponse>()
    /// The lines of a successful response; `nil` where all is collected.
    let lines: LineStream?
    /// Set before the curl thread hears of it, so that a request cancelled early never starts.
    private let cancelled = Atomic(false)

    init(_ plan: TransferPlan, deadline: ContinuousClock.Instant) {
        self.plan = plan
        self.deadline = deadline
        lines = plan.isStream ? LineStream(plan.limits) : nil
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() { cancelled.store(true, ordering: .releasing) }

    func fail(_ error: any Error) {
        lines?.end(.failure(error))
        response.settle(.failure(error))
    }

    func succeed(_ response: HTTPResponse) {
        lines?.end(.success(()))
        self.response.settle(.success(response))
    }
}
