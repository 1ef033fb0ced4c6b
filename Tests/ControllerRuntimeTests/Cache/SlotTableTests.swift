import Testing

@testable import ControllerRuntime

@Suite struct SlotTableTests {
    @Test("is a dictionary, whatever is put in and taken out")
    func model() {
        var random = SplitMix(seed: 1)
        var table = SlotTable<String, Int>()
        var model: [String: Int] = [:]
        for step in 0..<5_000 {
            // More than lie on one page.
            let key = "key-\(random.next() % 300)"
            let value = random.next() % 3 == 0 ? nil : step
            table[key] = value
            model[key] = value
            #expect(table[key] == model[key])
        }
        #expect(table.count == model.count)
        #expect(Set(table.keys) == Set(model.keys))
        #expect(model.keys.allSatisfy { table[$0] == model[$0] })
        #expect(Set(table.keys { $0 % 2 == 0 }) == Set(model.filter { $0.value % 2 == 0 }.keys))
    }

    @Test("places of removed values are used again")
    func reuse() {
        var table = SlotTable<Int, Int>()
        for round in 0..<100 {
            for key in 0..<10 { table[round * 10 + key] = key }
            for key in 0..<10 { table[round * 10 + key] = nil }
        }
        #expect(table.capacity <= 10)
    }
}
