package import Formats

/// Puts a chart's defaults under the values that it is given, and so on for the charts in it.
///
/// Given values win over a chart's, a chart's over those of the charts in it. Tables are put together, all else is
/// replaced. Null removes a key, unless nulls are kept, which a later pass may still need.
struct ValueCoalescing {
    let keepsNulls: Bool
    private(set) var warnings: [String] = []

    static let globalKey: String = "global"

    init(keepsNulls: Bool) { self.keepsNulls = keepsNulls }

    /// Completes the values of a chart in place.
    mutating func complete(_ values: ValueTable, of chart: Chart, prefix: String = "") throws(HelmError) {
        addDefaults(of: chart, to: values, prefix: prefix)
        for dependency in chart.dependencies {
            guard dependency.name != Self.globalKey else {
                throw HelmError(
                    "a chart in \(chart.name) is named global, which values use otherwise: give it an alias")
            }
            let own: ValueTable
            switch values[dependency.name] {
            case .table(let table): own = table
            case nil: own = ValueTable()
            case .null, .other:
                throw HelmError(
                    "the values of \(Self.path(prefix, chart.name)) have no table under \(dependency.name), "
                        + "which is the name of a chart in it: write its values below that key")
            }
            values[dependency.name] = .table(own)
            let below: String = Self.path(prefix, chart.name)
            passGlobals(from: values, to: own, prefix: below)
            try complete(own, of: dependency, prefix: below)
        }
    }

    private mutating func addDefaults(of chart: Chart, to values: ValueTable, prefix: String) {
        let defaults: ValueTable = ValueTable(chart.values)
        let place: String = Self.path(prefix, chart.name)
        for key in defaults.keys {
            guard let standard = defaults[key] else { continue }
            switch values[key] {
            case nil:
                if !keepsNulls {
                    if standard.isNull { continue }
                    standard.table?.removeNulls()
                }
                values[key] = standard
            case .null: if !keepsNulls { values[key] = nil }
            case .table(let given):
                if let table = standard.table {
                    // What is meant for a chart inside keeps its nulls until that chart's own turn.
                    let keepsNulls: Bool = keepsNulls || chart.dependencies.contains { $0.name == key }
                    if !keepsNulls { table.removeNulls() }
                    coalesce(given, with: table, prefix: Self.path(place, key), keepsNulls: keepsNulls)
                } else if !standard.isNull {
                    warnings.append("\(Self.path(place, key)): the chart's own value is no table, so it is left out")
                }
            case .other: continue
            }
        }
    }

    /// Gives a chart inside the globals; where both have a table, what comes from above wins.
    private mutating func passGlobals(from source: ValueTable, to target: ValueTable, prefix: String) {
        guard let targetGlobals = globals(of: target, prefix), let sourceGlobals = globals(of: source, prefix) else {
            return
        }
        for key in sourceGlobals.keys {
            guard let value = sourceGlobals[key] else { continue }
            let old: ValueTable.Value? = targetGlobals[key]
            if let table = value.table {
                let copy: ValueTable = table.shallowCopy
                switch old {
                case nil: targetGlobals[key] = .table(copy)
                case .table(let below):
                    coalesce(copy, with: below, prefix: Self.path(prefix, key), keepsNulls: true)
                    targetGlobals[key] = .table(copy)
                case .null, .other: warnings.append("\(prefix).global.\(key): a table cannot replace what is no table")
                }
            } else if old?.table != nil {
                warnings.append("\(prefix).global.\(key): what is no table cannot replace a table")
            } else {
                targetGlobals[key] = value
            }
        }
        target[Self.globalKey] = .table(targetGlobals)
    }

    private mutating func globals(of values: ValueTable, _ prefix: String) -> ValueTable? {
        switch values[Self.globalKey] {
        case nil: return ValueTable()
        case .table(let table): return table
        case .null, .other:
            warnings.append("\(prefix): global is no table, so globals are not passed on")
            return nil
        }
    }

    /// Puts a table's members under those of another one, which win.
    mutating func coalesce(_ target: ValueTable, with source: ValueTable, prefix: String, keepsNulls: Bool) {
        for key in source.keys {
            guard let value = source[key] else { continue }
            let place: String = Self.path(prefix, key)
            switch target[key] {
            case nil: target[key] = value
            // Null removes what is there below; where nothing is, it stays null.
            case .null: if !keepsNulls, !value.isNull { target[key] = nil }
            case .table(let own):
                if let table = value.table {
                    coalesce(own, with: table, prefix: place, keepsNulls: keepsNulls)
                } else if !value.isNull {
                    warnings.append("\(place): a table is kept where the chart has none")
                }
            case .other: if value.table != nil { warnings.append("\(place): what is no table replaces a table") }
            }
        }
    }

    static func path(_ prefix: String, _ key: String) -> String { prefix.isEmpty ? key : "\(prefix).\(key)" }
}

/// Values with what there is to say about them.
package struct CoalescedValues: Sendable {
    package var values: JSONObject
    package var warnings: [String]
}

extension Chart {
    /// The values with which the chart is rendered: those given, completed by its own and those of the charts in it.
    package func coalescing(_ values: JSONObject) throws(HelmError) -> CoalescedValues {
        try coalescing(values, limit: ValueTable.maximumValues)
    }

    /// The limit is for the members of all tables together.
    func coalescing(_ values: JSONObject, limit: Int) throws(HelmError) -> CoalescedValues {
        guard !dependencies.isEmpty else {
            var coalescing: PlainCoalescing = PlainCoalescing(limit: limit)
            let completed: JSONObject = try coalescing.completed(values, by: self)
            return CoalescedValues(values: completed, warnings: coalescing.warnings)
        }
        let table: ValueTable = ValueTable(values)
        var coalescing: ValueCoalescing = ValueCoalescing(keepsNulls: false)
        try coalescing.complete(table, of: self)
        return CoalescedValues(values: try table.object(limit: limit), warnings: coalescing.warnings)
    }
}
