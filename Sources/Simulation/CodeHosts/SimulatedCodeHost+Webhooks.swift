import Cryptography
import Formats
import HTTPModel

extension SimulatedCodeHost {
    /// What a scenario's webhooks are signed with.
    static let webhookSecret = "the secret of a simulated host"

    /// What it tells of a pull request, whatever that is: senders repeat themselves, and tell late.
    func webhook(_ number: Int64, _ action: String, at moment: Timestamp) -> HTTPRequest {
        let state = action == "closed" ? "closed" : "open"
        let json: JSONValue = [
            "action": .string(action),
            "pull_request": [
                "number": .integer(number), "state": .string(state), "updated_at": .string("\(moment)"),
            ],
            "repository": ["full_name": .string(Self.repository)],
        ]
        let body = json.encoded()
        let code = HMACSHA256.code(for: body, key: Array(Self.webhookSecret.utf8))
        return HTTPRequest(
            .post, "/hooks/github",
            headers: [
                "Content-Type": "application/json", "X-GitHub-Event": "pull_request",
                "X-GitHub-Delivery": "\(number)-\(moment)",
                "X-Hub-Signature-256": "sha256=\(Hexadecimal.text(code))",
            ], body: body)
    }
}
