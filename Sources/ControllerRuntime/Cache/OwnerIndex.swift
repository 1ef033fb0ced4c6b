package import Kubernetes

/// Names who is concerned by an object: an owner's uid as a rule, and any other text as well.
package typealias OwnerKey = ObjectUID

/// The places of each owner's objects in a table, as a chain through them.
///
/// Most owners have one object of a kind: a set of names for each would take more than the objects do.
struct OwnerIndex: Sendable {
    private struct Link: Sendable {
        var previous = OwnerIndex.none
        var next = OwnerIndex.none
    }

    private var heads: [OwnerKey: UInt32] = [:]
    /// By place.
    private var links: [Link] = []

    private static let none = UInt32.max

    /// The places of an owner's objects, in no particular order.
    func places(of owner: OwnerKey) -> some Sequence<UInt32> {
        sequence(first: heads[owner] ?? Self.none) { links[Int($0)].next }.prefix { $0 != Self.none }
    }

    mutating func add(_ place: UInt32, to owner: OwnerKey) {
        while links.count <= Int(place) { links.append(Link()) }
        let former = heads.updateValue(place, forKey: owner) ?? Self.none
        links[Int(place)] = Link(next: former)
        if former != Self.none { links[Int(former)].previous = place }
    }

    mutating func remove(_ place: UInt32, from owner: OwnerKey) {
        let link = links[Int(place)]
        links[Int(place)] = Link()
        if link.next != Self.none { links[Int(link.next)].previous = link.previous }
        if link.previous != Self.none {
            links[Int(link.previous)].next = link.next
        } else {
            heads[owner] = link.next == Self.none ? nil : link.next
        }
    }
}
