import Formats

extension Manifests {
    /// The flag by which the operator takes webhooks.
    static let webhookArgument = "--webhook-address=0.0.0.0:\(Words.Installation.webhookPort)"

    /// What leads webhooks of code hosts to the operator.
    static func webhooks(_ options: Options) -> [Document] {
        let port: JSONValue = [
            "name": "http", "port": 80, "targetPort": .integer(Int64(Words.Installation.webhookPort)),
        ]
        return [
            Document(
                """
                Leads webhooks of code hosts to the operator, which must run with \(webhookArgument).
                They come in the clear: put an Ingress with TLS in front, for /hooks/ alone.
                """,
                object(
                    "v1", "Service", Words.Installation.webhookService, namespace: options.namespace,
                    [("spec", ["selector": podSelector, "ports": [port]])])
            )
        ]
    }
}
