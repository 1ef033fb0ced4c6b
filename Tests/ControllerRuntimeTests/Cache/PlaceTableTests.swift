import Testing

@testable import ControllerRuntime

@Suite struct PlaceTableTests {
    @Test(
        "finds every place that is there and no other, however the hashes fall together",
        arguments: [1, 3, 16, 100_000])
    func model(hashes: UInt64) {
        var random = SplitMix(seed: hashes)
        let hash = (0..<200).map { _ in Int(truncatingIfNeeded: random.next() % hashes) - 1 }
        var table = PlaceTable()
        var model: Set<UInt32> = []
        for _ in 0..<4_000 {
            let place = UInt32(random.next() % 200)
            if model.remove(place) != nil {
                table.remove(place) { hash[Int($0)] }
            } else {
                table.insert(place) { hash[Int($0)] }
                model.insert(place)
            }
            #expect(table.count == model.count)
        }
        for place in UInt32(0)..<200 {
            #expect(table.find(hash[Int(place)]) { $0 == place } == (model.contains(place) ? place : nil))
        }
    }
}
