import Cryptography
import HTTPModel

/// Webhooks as GitHub signs them.
enum GitHubWebhook {
    static func signed(_ body: [UInt8], _ secret: String, id: String = "a") -> HTTPRequest {
        let code = Hexadecimal.text(HMACSHA256.code(for: body, key: Array(secret.utf8)))
        return HTTPRequest(
            .post, "/hooks/github",
            headers: [
                "Content-Type": "application/json", "X-GitHub-Event": "pull_request", "X-GitHub-Delivery": id,
                "X-Hub-Signature-256": "sha256=\(code)",
            ], body: body)
    }
}
