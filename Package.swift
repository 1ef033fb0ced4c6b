// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Tests of one target; `TestSupport` holds what they share.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: exclude,
        swiftSettings: strict
    )
}

let package = Package(
    name: "envfactory",
    targets: [
        // C libraries.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Values: no input or output.
        library("Formats", ["CYAML"]),
        library("GoTemplate", ["Formats"]),
        library("Cryptography", ["COpenSSL"]),
        library("HTTPModel"),
        library("RegularExpressions"),
        library("Telemetry", ["Formats"]),
        library("Kubernetes", ["Formats", "HTTPModel"]),
        library("EnvironmentAPI", ["Cryptography", "Formats", "Kubernetes"]),
        library("CodeHosts", ["Cryptography", "Formats", "HTTPModel", "Kubernetes"]),
        library("PortForward", ["Cryptography", "Formats", "HTTPModel", "Kubernetes"]),

        // Edges: sockets.
        library("CurlTransport", ["CCurl", "Formats", "HTTPModel"]),
        library("HTTPServer", ["COpenSSL", "HTTPModel"]),
        library(
            "KubernetesSimulator",
            ["Cryptography", "Formats", "HTTPModel", "Kubernetes", "PortForward", "RegularExpressions"]),

        // Engines.
        library(
            "Helm",
            [
                "CZlib", "Cryptography", "Formats", "GoTemplate", "HTTPModel", "Kubernetes", "RegularExpressions",
            ]
        ),
        library("ControllerRuntime", ["Formats", "HTTPModel", "Kubernetes", "Telemetry"]),
        library(
            "EnvironmentOperator",
            [
                "CodeHosts", "ControllerRuntime", "Cryptography", "EnvironmentAPI", "Formats", "GoTemplate",
                "HTTPModel", "Helm", "Kubernetes", "Telemetry",
            ]
        ),

        library(
            "Simulation",
            [
                "CodeHosts", "ControllerRuntime", "Cryptography", "EnvironmentAPI", "EnvironmentOperator", "Formats",
                "HTTPModel", "Helm", "Kubernetes", "KubernetesSimulator", "Telemetry",
            ]
        ),

        // Program.
        library(
            "EnvfactoryCommands",
            [
                "ControllerRuntime", "Cryptography", "CurlTransport", "EnvironmentAPI", "EnvironmentOperator",
                "Formats", "GoTemplate", "HTTPModel", "HTTPServer", "Helm", "Kubernetes", "KubernetesSimulator",
                "PortForward", "Simulation", "Telemetry",
            ]
        ),
        .executableTarget(name: "envfactory", dependencies: ["EnvfactoryCommands"], swiftSettings: strict),

        // Figures. Peers holds the programs they are compared with, in other languages.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CodeHosts", "Cryptography", "CurlTransport", "EnvfactoryCommands", "EnvironmentAPI",
                "EnvironmentOperator", "Formats", "GoTemplate", "HTTPModel", "Helm", "Kubernetes",
                "KubernetesSimulator", "PortForward", "Simulation",
            ],
            path: "Benchmarks",
            exclude: ["Charts", "Peers", "Python", "class.yaml"],
            swiftSettings: strict
        ),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: ["ControllerRuntime", "Formats", "HTTPModel", "Kubernetes", "KubernetesSimulator"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        tests("Formats", exclude: ["Fixtures"]),
        tests("GoTemplate", ["Formats"], exclude: ["Fixtures"]),
        tests("Cryptography", ["COpenSSL"]),
        tests("HTTPModel"),
        tests("RegularExpressions"),
        tests("Telemetry", ["Formats"]),
        tests("Kubernetes", ["Formats", "HTTPModel"]),
        tests("EnvironmentAPI", ["Formats", "Kubernetes"]),
        tests(
            "CodeHosts",
            [
                "Cryptography", "CurlTransport", "Formats", "HTTPModel", "HTTPServer", "Kubernetes",
                "KubernetesSimulator", "Simulation",
            ]
        ),
        tests("PortForward", ["Formats", "HTTPModel", "Kubernetes", "KubernetesSimulator"]),
        tests(
            "Helm",
            [
                "Cryptography", "Formats", "GoTemplate", "HTTPModel", "Kubernetes", "KubernetesSimulator",
                "RegularExpressions",
            ],
            exclude: ["Fixtures"]
        ),
        tests("CurlTransport", ["COpenSSL", "Cryptography", "Formats", "HTTPModel"]),
        tests("HTTPServer", ["COpenSSL", "Cryptography", "CurlTransport", "HTTPModel"]),
        tests("KubernetesSimulator", ["Formats", "HTTPModel", "Kubernetes"]),
        tests("ControllerRuntime", ["Formats", "HTTPModel", "Kubernetes", "KubernetesSimulator", "Telemetry"]),
        tests(
            "EnvironmentOperator",
            [
                "CodeHosts", "ControllerRuntime", "Cryptography", "EnvironmentAPI", "Formats", "HTTPModel", "Helm",
                "Kubernetes", "KubernetesSimulator", "Simulation", "Telemetry",
            ]
        ),
        tests(
            "Simulation",
            [
                "ControllerRuntime", "EnvironmentAPI", "EnvironmentOperator", "Formats", "HTTPModel", "Helm",
                "Kubernetes", "KubernetesSimulator", "Telemetry",
            ]
        ),
        tests(
            "EnvfactoryCommands",
            [
                "ControllerRuntime", "Cryptography", "CurlTransport", "EnvironmentAPI", "EnvironmentOperator",
                "Formats", "HTTPModel", "HTTPServer", "Helm", "Kubernetes", "KubernetesSimulator", "PortForward",
                "Simulation", "Telemetry",
            ]
        ),
        // The real kubectl against the served simulator, where there is one (Scripts/kubectl).
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CurlTransport", "EnvfactoryCommands", "Formats", "HTTPModel", "Kubernetes", "KubernetesSimulator",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
        // One suite, two servers: the simulator always, a real one where ENVFACTORY_TEST_KUBECONFIG names it.
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "CurlTransport", "EnvfactoryCommands", "Formats", "HTTPModel", "Kubernetes", "KubernetesSimulator",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
    ]
)
