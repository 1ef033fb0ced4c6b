import GoTemplate
import Testing

@Suite("Sets of templates")
struct TemplateSetTests {
    @Test("executes a template with data")
    func hello() throws {
        var templates: TemplateSet = TemplateSet(name: "chart")
        try templates.parse("hello.txt", "Hello {{ .name }}")
        #expect(try templates.execute("hello.txt", with: .map([("name", .text("you"))])).text == "Hello you")
        #expect(templates.names == ["hello.txt"])
    }

    @Test("replaces a template by a later one, unless that is empty")
    func replacing() throws {
        var templates: TemplateSet = TemplateSet(name: "chart")
        try templates.parse("a", "{{ define \"x\" }}1{{ end }}A")
        try templates.parse("b", "{{ define \"x\" }}2{{ end }}{{ template \"x\" }}")
        try templates.parse("a", "\n{{/* nothing */}}")
        #expect(try templates.execute("b", with: .null).text == "2")
        #expect(try templates.execute("a", with: .null).text == "A")
    }

    @Test("leaves a set as it was where a text is no template")
    func atomic() throws {
        var templates: TemplateSet = TemplateSet(name: "chart")
        #expect(throws: TemplateError.self) { try templates.parse("a", "{{ define \"x\" }}1{{ end }}{{ if }}") }
        #expect(templates.names.isEmpty)
    }

    @Test("names the template that does not exist")
    func missing() throws {
        let error: TemplateError? = #expect(throws: TemplateError.self) {
            try TemplateSet(name: "gotpl").execute("x", with: .null)
        }
        #expect(error?.message == "template: no template \"x\" associated with template \"gotpl\"")
    }

    @Test("is executed by many tasks at once")
    func shared() async throws {
        var set: TemplateSet = TemplateSet(name: "chart")
        try set.parse("t", "{{ range $i := 100 }}{{ $i }}{{ end }}")
        let templates: TemplateSet = set
        let outputs: Set<TemplateString> = try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try templates.execute("t", with: .null) } }
            return try await group.reduce(into: []) { $0.insert($1) }
        }
        #expect(outputs.count == 1)
    }

    @Test("lets a function add templates and render them, as tpl does")
    func nested() throws {
        let tpl: TemplateFunction = TemplateFunction(parameters: [.string, .any], result: .string) { call in
            guard var templates = call.execution.templates else { return .null }
            try templates.parse("inner", bytes: call.arguments[0].bytesOfString.bytes)
            return .string(try call.execution.render("inner", of: templates, with: call.arguments[1]))
        }
        var templates: TemplateSet = TemplateSet(name: "chart", functions: FunctionLibrary(["tpl": tpl]))
        try templates.parse("t", "{{ define \"x\" }}<{{ . }}>{{ end }}a{{ tpl \"b{{ template `x` .v }}c\" . }}d")
        #expect(try templates.execute("t", with: .map([("v", .int(5))])).text == "ab<5>cd")
        #expect(!templates.contains("inner"))
    }

    @Test("calls methods and reads fields of objects, and prints them as structures")
    func objects() throws {
        let get: TemplateFunction = TemplateFunction(parameters: [.string], result: .string) { call in
            guard case .map(let files) = call.receiver.underlying else { return .null }
            return files[call.arguments[0].bytesOfString] ?? .text("")
        }
        let files: TemplateObject = TemplateObject(
            named: "engine.files", .map([("a.txt", .text("hi"))]), methods: ["Get": get])
        let chart: TemplateObject = TemplateObject(
            type: .pointer(.structure("chart.Metadata")),
            content: .structure([.init("Name", .text("c")), .init("Home", .null, type: .any)]))
        let data: TemplateValue = .map([("Files", .object(files)), ("Chart", .object(chart))])
        var templates: TemplateSet = TemplateSet(name: "chart")
        try templates.parse("t", "{{ .Files.Get \"a.txt\" }} {{ .Chart.Name }} {{ .Chart }} {{ printf \"%T\" .Files }}")
        try templates.parse("wrong", "{{ .Chart.Nope }}")
        #expect(try templates.execute("t", with: data).text == "hi c {c <nil>} engine.files")
        let error: TemplateError? = #expect(throws: TemplateError.self) { try templates.execute("wrong", with: data) }
        #expect(error?.message.hasSuffix("can't evaluate field Nope in type interface {}") == true)
    }

    @Test("sees a change of a map wherever the map is held")
    func references() throws {
        let map: TemplateMap = TemplateMap([("b", .int(1)), ("a", .int(2))])
        let other: TemplateValue = .map(map)
        map["c"] = .int(3)
        map["b"] = nil
        guard case .map(let same) = other else { return }
        #expect(same.keys == ["a", "c"])
        #expect(same["a"]?.isTrue == true)
        #expect(same["b"] == nil)
    }
}
