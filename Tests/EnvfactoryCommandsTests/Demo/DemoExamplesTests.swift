import Foundation
import Testing

@testable import EnvfactoryCommands

@Suite("The demo's examples")
struct DemoExamplesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("are the files of examples/", arguments: DemoExamples.files.map(\.path))
    func texts(path: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        #expect(try DemoFiles().text(of: path) == text, "make generate writes it anew")
    }

    @Test("are in the program wherever an act names one")
    func named() throws {
        for act in DemoScript.acts {
            for step in act.steps {
                guard case .kubectl(.apply(let paths)) = step else { continue }
                for path in paths { #expect(DemoExamples.files.contains { $0.path == path }, "\(path)") }
            }
        }
    }
}
