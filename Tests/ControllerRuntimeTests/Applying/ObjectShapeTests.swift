import ControllerRuntime
import Formats
import Testing

@Suite struct ObjectShapeTests {
    @Test(
        "keeps what the shape speaks of",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{"a":5}"#, #"{"a":1}"#),
            (#"{"a":{"b":1,"c":2},"d":3}"#, #"{"a":{"c":0}}"#, #"{"a":{"c":2}}"#),
            (#"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"a":1}"#),
            (#"{"a":[{"x":1,"y":2},{"x":3}]}"#, #"{"a":[{"x":0},{"x":0}]}"#, #"{"a":[{"x":1},{"x":3}]}"#),
            // Another number of elements is a difference, and is shown whole.
            (#"{"a":[1,2]}"#, #"{"a":[1]}"#, #"{"a":[1,2]}"#),
            (#"{"a":"text"}"#, #"{"a":{"b":1}}"#, #"{"a":"text"}"#),
            (#"{"a":1}"#, #"{}"#, #"{}"#),
        ])
    func reduced(value: String, shape: String, expected: String) throws {
        #expect(
            try JSONValue(parsing: value).reduced(to: JSONValue(parsing: shape)) == JSONValue(parsing: expected))
    }
}
