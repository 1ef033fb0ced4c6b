package import Formats

extension EnvironmentClass {
    /// One item of the LimitRange that every environment of the class gets.
    package struct LimitRangeItem: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case container = "Container"
            case pod = "Pod"
            case persistentVolumeClaim = "PersistentVolumeClaim"
        }

        package var type: Kind
        package var `default`: ResourceList
        package var defaultRequest: ResourceList
        package var min: ResourceList
        package var max: ResourceList
        package var maxLimitRequestRatio: ResourceList

        package init(
            type: Kind,
            default: ResourceList = [:],
            defaultRequest: ResourceList = [:],
            min: ResourceList = [:],
            max: ResourceList = [:],
            maxLimitRequestRatio: ResourceList = [:]
        ) {
            self.type = type
            self.default = `default`
            self.defaultRequest = defaultRequest
            self.min = min
            self.max = max
            self.maxLimitRequestRatio = maxLimitRequestRatio
        }
    }
}

extension EnvironmentClass.LimitRangeItem {
    init?(_ field: Field) {
        let item = field.members("type", "default", "defaultRequest", "min", "max", "maxLimitRequestRatio")
        let type = item["type"].required("write Container, Pod or PersistentVolumeClaim").choice(Kind.self)
        func amounts(_ key: String) -> ResourceList {
            item[key].map(limit: Limits.limitRangeAmounts, keys: .labelKey) { $0.quantity() }
        }
        let (usual, request) = (amounts("default"), amounts("defaultRequest"))
        let (least, most, ratio) = (amounts("min"), amounts("max"), amounts("maxLimitRequestRatio"))
        guard let type else { return nil }
        self.init(
            type: type, default: usual, defaultRequest: request, min: least, max: most,
            maxLimitRequestRatio: ratio
        )
    }

    /// The item as a LimitRange writes it too.
    package var json: JSONValue {
        var json: JSONValue = ["type": .string(type.rawValue)]
        let parts: [(String, ResourceList)] = [
            ("default", `default`), ("defaultRequest", defaultRequest), ("min", min), ("max", max),
            ("maxLimitRequestRatio", maxLimitRequestRatio),
        ]
        for (key, amounts) in parts where !amounts.isEmpty { json[key] = amounts.json }
        return json
    }
}
