/// The most of everything, for the definitions of the resources and for the reader alike.
enum Limits {
    static let access = 100
    static let parameters = 100
    static let parameterValue = 1_024
    static let quota = 100
    static let inference = 20
    static let labels = 32
    static let requirements = 16
    static let requirementValues = 32
    static let warnings = 10
    static let limitRange = 3
    static let limitRangeAmounts = 32
    static let cidrs = 16
    static let networkRules = 32
    static let networkPeers = 32
    static let networkPorts = 32
    static let networkExceptions = 32
    static let manifests = 64
    static let sourceRanges = 32
    static let loadBalancerAnnotations = 32
    static let replicas: ClosedRange<Int64> = 1...9
    static let environments: ClosedRange<Int64> = 0...1_000_000
    static let ports: ClosedRange<Int64> = 1...65_535
    static let description = 1_000
    static let subjectName = 253
    static let sourceText = 255
    static let modelName = 255
    static let contextSize: ClosedRange<Int64> = 1...100_000_000
    static let parallel: ClosedRange<Int64> = 1...1_024
    static let gpus: ClosedRange<Int64> = 1...1_024
    static let tolerations = 32
    static let command = 128
    static let argument = 4_096
    static let conditions = 32
    static let leftovers = 1_000
}
