import EnvironmentAPI
import Kubernetes
import Testing

@testable import EnvironmentOperator

@Suite("What the reconciler remembers")
struct EnvironmentMemoryTests {
    private func key(_ index: Int) -> ObjectKey { ObjectKey(.environments, namespace: "team", name: "pr-\(index)") }

    @Test("a binding is fresh for ten seconds, and soon forgotten after that")
    func bindings() {
        var memory = EnvironmentMemory()
        for second in 0..<10_000 {
            memory.bound(key(second), at: .seconds(second))
            #expect(memory.bindingCount <= 64)
        }
        let fresh = (0..<10_000).filter { memory.isBindingFresh(key($0), at: .seconds(10_000)) }
        #expect(fresh == Array(9_991..<10_000))
    }
}
