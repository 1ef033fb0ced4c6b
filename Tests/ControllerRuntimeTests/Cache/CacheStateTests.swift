import ControllerRuntime
import Formats
import Kubernetes
import Testing

@Suite struct CacheStateTests {
    /// Keeps an object's label `owner` and a number of its spec.
    struct Kept: Sendable, Hashable {
        var owner: String?
        var number: Int64
    }

    typealias State = CacheState<Kept>

    func state() -> State {
        State(
            project: { object in
                guard object.label("ignored") == nil else { return nil }
                return Kept(owner: object.label("owner"), number: object.json[path: "spec", "number"]?.integer ?? 0)
            },
            owner: { $0.owner.map(OwnerKey.init) })
    }

    func object(
        _ name: String, uid: String = "u1", version: Int, owner: String? = nil, number: Int64 = 0, ignored: Bool = false
    ) -> KubernetesObject {
        var object = KubernetesObject(.configMaps, namespace: "n", name: name)
        object["metadata"]?["uid"] = .string(uid)
        object["metadata"]?["resourceVersion"] = .string("\(version)")
        if let owner { object["metadata"]?["labels"] = ["owner": .string(owner)] }
        if ignored { object["metadata"]?["labels"] = ["ignored": "true"] }
        object["spec"] = ["number": .integer(number)]
        return object
    }

    /// The changes in short: `+a`, `~a`, `=a`, `-a`, each with its uid.
    func short(_ changes: [CacheChange<Kept>]) -> [String] {
        changes.map { change in
            let object = change.object
            switch change {
            case .added: return "+\(object.name.name)/\(object.uid)"
            case .changed: return "~\(object.name.name)/\(object.uid)"
            case .unchanged: return "=\(object.name.name)/\(object.uid)"
            case .removed: return "-\(object.name.name)/\(object.uid)"
            }
        }
    }

    /// A state that has listed `a` and `b` at version 10.
    func synced() -> State {
        var state = state()
        state.beginSession()
        _ = state.take(.listed([object("a", version: 3), object("b", uid: "u2", version: 4)]))
        _ = state.take(.synced(resourceVersion: "10", absent: []))
        return state
    }

    @Test("has synced only when a whole list was read")
    func syncing() {
        var state = state()
        state.beginSession()
        #expect(short(state.take(.listed([object("a", version: 3)]))) == ["+a/u1"])
        #expect(!state.hasSynced)
        #expect(state.isBehind("1"))
        _ = state.take(.synced(resourceVersion: "10", absent: []))
        #expect(state.hasSynced)
        #expect(!state.isBehind("10"))
        #expect(state.isBehind("11"))
    }

    @Test("tells additions, changes and ends, and follows the version")
    func changes() {
        var state = synced()
        #expect(short(state.take(.upserted(object("c", uid: "u3", version: 11)))) == ["+c/u3"])
        #expect(short(state.take(.upserted(object("c", uid: "u3", version: 12, number: 7)))) == ["~c/u3"])
        #expect(state[NamespacedName(namespace: "n", name: "c")]?.element.number == 7)
        #expect(short(state.take(.deleted(object("c", uid: "u3", version: 13)))) == ["-c/u3"])
        #expect(state.resourceVersion == "13")
        _ = state.take(.progressed(resourceVersion: "20"))
        #expect(!state.isBehind("20"))
    }

    @Test("A16: an event twice, or older than what is known, changes nothing")
    func oldEvents() {
        var state = synced()
        _ = state.take(.upserted(object("a", version: 15, number: 1)))
        #expect(short(state.take(.upserted(object("a", version: 15, number: 1)))) == [])
        #expect(short(state.take(.upserted(object("a", version: 14, number: 2)))) == [])
        #expect(state[NamespacedName(namespace: "n", name: "a")]?.element.number == 1)
        #expect(state.resourceVersion == "15")
    }

    @Test("an object made anew under its name ends the old one, whose late end says nothing about the new")
    func recreated() {
        var state = synced()
        #expect(short(state.take(.upserted(object("a", uid: "u9", version: 16)))) == ["-a/u1", "+a/u9"])
        #expect(short(state.take(.deleted(object("a", uid: "u1", version: 17)))) == [])
        #expect(state[NamespacedName(namespace: "n", name: "a")]?.uid == ObjectUID("u9"))
    }

    @Test("a list in a new session heals what no watch told")
    func resync() {
        var state = synced()
        state.beginSession()
        let list = [object("b", uid: "u2", version: 4), object("c", uid: "u3", version: 9)]
        #expect(short(state.take(.listed(list))) == ["=b/u2", "+c/u3"])
        // Until the list is complete nothing is taken for gone.
        #expect(state.count == 3)
        #expect(short(state.take(.synced(resourceVersion: "30", absent: []))) == ["-a/u1"])
    }

    @Test("what a list in the same session did not hold is removed by its uid")
    func absent() {
        var state = synced()
        #expect(short(state.take(.synced(resourceVersion: "30", absent: ["u2"]))) == ["-b/u2"])
    }

    @Test("a list that is older than what is known is believed: the server was restored from a backup")
    func restored() {
        var state = synced()
        _ = state.take(.upserted(object("a", version: 50, number: 5)))
        state.beginSession()
        #expect(short(state.take(.listed([object("a", version: 3, number: 3)]))) == ["~a/u1"])
        #expect(short(state.take(.synced(resourceVersion: "5", absent: []))) == ["-b/u2"])
        #expect(state.resourceVersion == "5")
        #expect(state.isBehind("50"))
    }

    @Test("finds objects by owner, by name, also after the owner changed")
    func owners() {
        var state = synced()
        for (name, uid) in [("y", "u5"), ("x", "u6"), ("z", "u7")] {
            _ = state.take(.upserted(object(name, uid: uid, version: 20, owner: "o1")))
        }
        #expect(state.objects(ownedBy: OwnerKey("o1")).map(\.name.name) == ["x", "y", "z"])
        _ = state.take(.upserted(object("y", uid: "u5", version: 21, owner: "o2")))
        _ = state.take(.deleted(object("z", uid: "u7", version: 22)))
        #expect(state.objects(ownedBy: OwnerKey("o1")).map(\.name.name) == ["x"])
        #expect(state.objects(ownedBy: OwnerKey("o2")).map(\.name.name) == ["y"])
        #expect(state.objects(ownedBy: OwnerKey("nobody")).isEmpty)
        #expect(state.reduce(ownedBy: OwnerKey("o1"), into: 0) { count, _ in count += 1 } == 1)
        #expect(state.reduce(ownedBy: OwnerKey("nobody"), into: 0) { count, _ in count += 1 } == 0)
        #expect(state.all.map(\.name.name) == ["a", "b", "x", "y"])
    }

    @Test("an object of which nothing is kept is not held, and goes when it becomes one")
    func projectedAway() {
        var state = synced()
        #expect(short(state.take(.upserted(object("d", uid: "u4", version: 20, ignored: true)))) == [])
        #expect(short(state.take(.upserted(object("a", version: 21, ignored: true)))) == ["-a/u1"])
    }

    @Test("versions without an order never hold anything up")
    func unorderedVersions() {
        var state = synced()
        #expect(!state.isBehind("not-a-number"))
        var strange = object("a", version: 0, number: 8)
        strange["metadata"]?["resourceVersion"] = "abc"
        #expect(short(state.take(.upserted(strange))) == ["~a/u1"])
    }
}
