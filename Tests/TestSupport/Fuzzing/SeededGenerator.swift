import KubernetesSimulator

/// A random generator whose whole sequence follows from its seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var random: SplitMix64

    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { random.next() }

    /// A number in `0..<bound`; 0 where the bound is below 1.
    package mutating func below(_ bound: Int) -> Int {
        bound < 1 ? 0 : Int.random(in: 0..<bound, using: &self)
    }
}
