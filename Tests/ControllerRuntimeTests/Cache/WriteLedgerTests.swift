import ControllerRuntime
import Kubernetes
import Synchronization
import TestSupport
import Testing

@Suite struct WriteLedgerTests {
    /// A cache that has seen everything up to a number.
    final class Seen: CacheProgress {
        let resource: APIResource
        let version = Mutex<UInt64>(10)

        init(_ resource: APIResource) { self.resource = resource }

        var hasSynced: Bool { true }
        func untilSynced() async throws {}
        func isBehind(_ resourceVersion: String) -> Bool {
            version.withLock { ResourceVersion.number(resourceVersion) ?? 0 > $0 }
        }
    }

    let time = ManualTime()
    let quotas = Seen(.resourceQuotas)
    let policies = Seen(.networkPolicies)

    func ledger() -> WriteLedger<String> { WriteLedger([quotas, policies], patience: .seconds(30), time: time) }

    @Test("A29: a key is stale until every cache has seen what was written for it")
    func staleness() {
        let ledger = ledger()
        ledger.note("a", wrote: "12", of: .resourceQuotas)
        ledger.note("a", wrote: "14", of: .networkPolicies)
        #expect(ledger.staleness(of: "a") == .seconds(30))
        #expect(ledger.staleness(of: "b") == nil)
        quotas.version.withLock { $0 = 13 }
        #expect(ledger.staleness(of: "a") == .seconds(30))
        policies.version.withLock { $0 = 14 }
        #expect(ledger.staleness(of: "a") == nil)
        #expect(ledger.count == 0)
    }

    @Test("a write that changed nothing, or of a resource that nobody watches, holds nothing up")
    func irrelevantWrites() {
        let ledger = ledger()
        ledger.note("a", wrote: "9", of: .resourceQuotas)
        ledger.note("a", wrote: "99", of: .secrets)
        ledger.note("a", wrote: nil, of: .resourceQuotas)
        #expect(ledger.staleness(of: "a") == nil)
        #expect(ledger.count == 0)
    }

    @Test("the wait is bounded: a watch that is broken does not stop everything")
    func patience() {
        let ledger = ledger()
        ledger.note("a", wrote: "12", of: .resourceQuotas)
        time.advance(by: .seconds(20))
        #expect(ledger.staleness(of: "a") == .seconds(10))
        time.advance(by: .seconds(10))
        #expect(ledger.staleness(of: "a") == nil)
    }
}
