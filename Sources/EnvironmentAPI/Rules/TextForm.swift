/// The forms that a text may have to take: the definition of the resource refuses others, and so does the reader.
package enum TextForm: String, Sendable, Hashable, CaseIterable {
    case dnsLabel = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
    case dnsSubdomain = #"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"#
    case labelKey =
        #"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"#
    case labelValue = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"
    /// Go's durations, each unit at most once and the largest first; the digits are too few for an overflow.
    case duration =
        #"^([0-9]{1,6}(\.[0-9]{1,9})?h)?([0-9]{1,7}(\.[0-9]{1,9})?m)?([0-9]{1,9}(\.[0-9]{1,9})?s)?([0-9]{1,12}ms)?$"#
    case quantity = #"^\+?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$"#
    /// At first sight; ``AddressBlock`` reads it.
    case addressBlock = "^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$"
    case version = #"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"#
    case digest = "^sha256:[0-9a-f]{64}$"
    case chartRepository = #"^(https|oci)://[^\s]+$"#
    case commit = "^[0-9a-f]{7,64}$"
    case parameterName = "^[A-Za-z][A-Za-z0-9]*$"
    case valuesPath = #"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"#
    case portName = "^[a-z0-9-]*[a-z][a-z0-9-]*$"
    case image = #"^[^\s]+$"#
    case fileName = "^[A-Za-z0-9_][-A-Za-z0-9._]*(/[A-Za-z0-9_][-A-Za-z0-9._]*)*$"
    case modelSource = #"^(hf|https|http)://[^\s?#@]+$"#
    case sha256 = "^[0-9a-f]{64}$"
    /// At first sight; ``InferenceEndpoint/Host`` says whether it is a name or an address.
    case hostAddress = "^[0-9A-Za-z:]([-0-9A-Za-z.:]*[0-9A-Za-z])?$"

    /// The most bytes a text of this form may have.
    package var limit: Int {
        switch self {
        case .dnsLabel, .labelValue, .parameterName, .version, .duration, .quantity: 63
        case .dnsSubdomain, .valuesPath, .hostAddress, .fileName: 253
        case .labelKey: 317
        case .addressBlock: 49
        case .digest: 71
        case .chartRepository, .image, .modelSource: 500
        case .commit, .sha256: 64
        case .portName: 15
        }
    }

    /// What to write, for whoever wrote something else.
    package var instruction: String {
        switch self {
        case .dnsLabel: "write lower-case letters, digits and dashes, at most \(limit), neither first nor last a dash"
        case .dnsSubdomain: "write lower-case letters, digits, dashes and dots, with a letter or digit at either end"
        case .labelKey: "write the key of a label, such as team or example.com/team"
        case .labelValue: "write letters, digits, dashes, dots and underscores, at most 63"
        case .duration: "write each unit once, the largest first: hours, minutes, seconds, as in 90m, 24h or 1h30m"
        case .quantity: "write an amount that is not negative, such as 4, 500m or 8Gi"
        case .addressBlock: "write addresses and a prefix length, such as 10.0.0.0/8 or fd00::/8"
        case .version: "write one exact version, such as 0.36.1"
        case .digest: "write sha256: and 64 lower-case hex digits"
        case .chartRepository: "write an address that begins with https:// or oci://"
        case .commit: "write 7 to 64 lower-case hex digits"
        case .parameterName: "write letters and digits, at most 63, beginning with a letter"
        case .valuesPath: "write keys joined by dots, such as controlPlane.distro.k8s.version"
        case .portName: "write the name of a port: lower-case letters, digits and dashes, at most 15"
        case .image: "write the name of an image, without spaces"
        case .fileName: "write the name of a file, such as model-Q8_0.gguf, with folders before it where it has some"
        case .modelSource:
            "write hf://owner/repository, or an address that begins with https://, without a query or a password"
        case .sha256: "write 64 lower-case hex digits"
        case .hostAddress: "write a name such as host.k3d.internal, or an address such as 192.168.1.20"
        }
    }

    package func matches(_ text: String) -> Bool {
        text.utf8.count <= limit && Self.compiled[self]?.matches(text) ?? false
    }

    /// A form that does not compile matches nothing; a test sees that all do.
    private static let compiled: [TextForm: Pattern] = {
        var patterns: [TextForm: Pattern] = [:]
        for form in allCases {
            do { patterns[form] = try Pattern(form.rawValue) } catch { continue }
        }
        return patterns
    }()
}
