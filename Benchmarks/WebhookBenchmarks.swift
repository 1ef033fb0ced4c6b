import CodeHosts
import Cryptography
import Formats
import HTTPModel

/// What it costs to prove a webhook, and whether the time tells anything of the secret.
let webhookFamily: Family = Family(name: "webhook") { selection in
    var figures: [Figure] = []
    if selection.wants("webhook.proofs") { figures.append(try WebhookLoad().proofs()) }
    if selection.wants("webhook.timing") { figures.append(WebhookTiming().figure()) }
    return figures
}

/// Webhooks as a busy host sends them: 10 kB each, and every other one a repetition.
private struct WebhookLoad {
    private static let count: Int = 20_000
    private let secret: [UInt8] = Array("the secret of the benchmark".utf8)
    private let now: Timestamp = Timestamp(sinceEpoch: .seconds(1_764_460_800))

    private func delivery(_ number: Int) -> (headers: HTTPHeaders, body: [UInt8]) {
        let json: JSONValue = [
            "action": "synchronize", "repository": ["full_name": "acme/payments"],
            "pull_request": [
                "number": .integer(Int64(number / 2 + 1)), "state": "open", "updated_at": .string("\(number / 2)"),
                "body": .string(String(repeating: "words ", count: 1_600)), "head": ["sha": "abc"],
            ],
        ]
        let body: [UInt8] = json.encoded()
        let code: String = Hexadecimal.text(HMACSHA256.code(for: body, key: secret))
        return (["X-GitHub-Delivery": "\(number)", "X-Hub-Signature-256": "sha256=\(code)"], body)
    }

    func proofs() throws -> Figure {
        let deliveries = (0..<Self.count).map(delivery)
        var memory: WebhookMemory = WebhookMemory()
        var times: [Duration] = []
        var heard: Int = 0
        let start: ContinuousClock.Instant = .now
        for (headers, body) in deliveries {
            let begun: ContinuousClock.Instant = .now
            let signature: WebhookSignature = WebhookSignature(headers, from: .gitHub, now: now)
            if signature.isGenuine(body, [secret, Array("the one before it".utf8)]),
                let hint = try WebhookHint(body, from: .gitHub),
                memory.isNew(
                    signature.digest(of: body), delivery: signature.delivery, state: hint.state, of: hint.repository,
                    from: "host")
            {
                heard += 1
            }
            times.append(.now - begun)
        }
        let seconds: Double = (.now - start) / .seconds(1)
        let last: Duration = times.sorted()[Self.count * 99 / 100]
        var figure: Figure = Figure(name: "webhook.proofs", value: Double(Self.count) / seconds, unit: "1/s")
        figure.note = "p99 \(Int(last / .microseconds(1))) µs, \(heard) of \(Self.count) were news, one processor"
        return figure
    }
}

/// H11: a million wrong signatures, by how much of them is right.
private struct WebhookTiming {
    private static let rounds: Int = 31_250
    private static let lengths: Range<Int> = 0..<32

    func figure() -> Figure {
        let (secret, body) = (Array("the secret of the benchmark".utf8), Array("{\"zen\":\"short\"}".utf8))
        let right: [UInt8] = HMACSHA256.code(for: body, key: secret)
        var fastest: [Double] = Self.lengths.map { _ in .infinity }
        for _ in 0..<(Self.rounds / 50) {
            for length in Self.lengths {
                var wrong: [UInt8] = right
                for index in length..<wrong.count { wrong[index] ^= 0xFF }
                let start: ContinuousClock.Instant = .now
                for _ in 0..<50 where HMACSHA256.isValid(wrong, for: body, key: secret) { fastest[length] = -1 }
                fastest[length] = min(fastest[length], (.now - start) / .nanoseconds(50))
            }
        }
        var figure: Figure = Figure(name: "webhook.timing", value: abs(Self.correlation(fastest)), unit: "r")
        figure.isBetterWhenSmaller = true
        let spread: Double = (fastest.max() ?? 0) - (fastest.min() ?? 0)
        figure.note =
            "between the bytes that are right and the shortest time of 50 comparisons; the times differ by "
            + "\(Int(spread.rounded())) ns of \(Int((fastest.min() ?? 0).rounded()))"
        return figure
    }

    private static func correlation(_ times: [Double]) -> Double {
        let count: Double = Double(times.count)
        let lengths: [Double] = times.indices.map(Double.init)
        let (meanLength, meanTime) = (lengths.reduce(0, +) / count, times.reduce(0, +) / count)
        var products: (both: Double, length: Double, time: Double) = (0, 0, 0)
        for (length, time) in zip(lengths, times) {
            products.both += (length - meanLength) * (time - meanTime)
            products.length += (length - meanLength) * (length - meanLength)
            products.time += (time - meanTime) * (time - meanTime)
        }
        let scale: Double = (products.length * products.time).squareRoot()
        return scale > 0 ? products.both / scale : 0
    }
}
