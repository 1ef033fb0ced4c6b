import Formats

extension BuiltInTables {
    static let volumes: [TableColumn] = [
        .name,
        .text("Capacity") { $0[path: "spec", "capacity", "storage"].map(shown) ?? "" },
        .text("Access Modes") { accessModes($0.words("spec", "accessModes")) },
        .text("Reclaim Policy", at: "spec", "persistentVolumeReclaimPolicy"),
        .text("Status", phase),
        .text("Claim") { volume in
            guard let claim = volume[path: "spec", "claimRef"] else { return "" }
            return "\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")"
        },
        .text("StorageClass", at: "spec", "storageClassName"),
        .text("VolumeAttributesClass", at: "spec", "volumeAttributesClassName", else: "<unset>"),
        .text("Reason", at: "status", "reason"),
        .age,
        .text("VolumeMode", at: "spec", "volumeMode", else: "<unset>").wide,
    ]

    static let claims: [TableColumn] = [
        .name,
        .text("Status", phase),
        .text("Volume", at: "spec", "volumeName"),
        .text("Capacity") { claim in
            let isBound = claim[path: "spec", "volumeName"]?.string?.isEmpty == false
            return isBound ? claim[path: "status", "capacity", "storage"].map(shown) ?? "" : ""
        },
        .text("Access Modes") { claim in
            let isBound = claim[path: "spec", "volumeName"]?.string?.isEmpty == false
            return isBound ? accessModes(claim.words("status", "accessModes")) : ""
        },
        .text("StorageClass", at: "spec", "storageClassName"),
        .text("VolumeAttributesClass", at: "spec", "volumeAttributesClassName", else: "<unset>"),
        .age,
        .text("VolumeMode", at: "spec", "volumeMode", else: "<unset>").wide,
    ]

    @Sendable private static func phase(_ object: JSONValue) -> String {
        object[path: "metadata", "deletionTimestamp"] == nil
            ? object[path: "status", "phase"]?.string ?? "" : "Terminating"
    }

    private static func accessModes(_ modes: [String]) -> String {
        let short = [
            "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
        ]
        return modes.compactMap { short[$0] }.joined(separator: ",")
    }
}
