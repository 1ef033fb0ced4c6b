import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct OwnerIndexTests {
    @Test("finds the places of each owner, whatever came and went", arguments: UInt64(1)...20)
    func model(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var index = OwnerIndex()
        var model: [UInt32: OwnerKey] = [:]
        for _ in 0..<2_000 {
            let place = UInt32(random.next() % 50)
            if let owner = model.removeValue(forKey: place) { index.remove(place, from: owner) }
            let owner = OwnerKey("owner-\(random.next() % 8)")
            if random.next() % 3 > 0 {
                index.add(place, to: owner)
                model[place] = owner
            }
            #expect(Set(index.places(of: owner)) == Set(model.filter { $0.value == owner }.keys))
        }
        for owner in Set(model.values) {
            #expect(index.places(of: owner).sorted() == model.filter { $0.value == owner }.keys.sorted())
        }
        for (place, owner) in model { index.remove(place, from: owner) }
        #expect((0..<8).allSatisfy { Array(index.places(of: OwnerKey("owner-\($0)"))).isEmpty })
    }
}
