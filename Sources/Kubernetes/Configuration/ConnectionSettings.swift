package import Formats

/// All that a transport must know to reach one API server as one user.
package struct ConnectionSettings: Sendable, Hashable {
    /// The context of the kubeconfig; `nil` in a pod.
    package var contextName: String?
    /// Scheme, host, port and perhaps a path, without a slash at its end.
    package var server: String
    /// Whom to trust; `nil`: what the machine trusts.
    package var certificateAuthority: Material?
    /// The name in the server's certificate, where it is not that of its address.
    package var tlsServerName: String?
    /// Trusts any server: for `insecure-skip-tls-verify` alone.
    package var isInsecure = false
    package var clientCertificate: ClientCertificate?
    package var credential: Credential = .none
    package var impersonation: Impersonation?
    /// May hold a password.
    package var proxyURL: Redacted<String>?
    /// The namespace of commands that name none.
    package var namespace: String

    package init(contextName: String? = nil, server: String, namespace: String = "default") {
        self.contextName = contextName
        self.server = server
        self.namespace = namespace
    }

    /// A PEM text: where it lies, or itself.
    package enum Material: Sendable, Hashable {
        /// Read when it is needed, since it may be renewed.
        case file(String)
        case bytes(Redacted<[UInt8]>)
    }

    package struct ClientCertificate: Sendable, Hashable {
        package var certificate: Material
        package var key: Material

        package init(certificate: Material, key: Material) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Who requests speak for, beside a client certificate.
    package enum Credential: Sendable, Hashable {
        case none
        case token(Redacted<String>)
        /// Read again and again, since it is renewed in place.
        case tokenFile(String)
        case basic(username: String, password: Redacted<String>)
        case exec(ExecPlugin)
    }

    /// A program that prints credentials.
    package struct ExecPlugin: Sendable, Hashable {
        package enum InteractiveMode: String, Sendable, Hashable, CaseIterable {
            case never = "Never"
            case ifAvailable = "IfAvailable"
            case always = "Always"
        }

        package struct Variable: Sendable, Hashable {
            package var name: String
            package var value: Redacted<String>

            package init(name: String, value: Redacted<String>) {
                self.name = name
                self.value = value
            }
        }

        /// A path, or a name to be found in `PATH`.
        package var command: String
        package var arguments: Redacted<[String]>
        /// Beside the environment of this process.
        package var environment: [Variable]
        package var apiVersion: String
        package var installHint: String?
        package var interactiveMode: InteractiveMode
        /// `spec.cluster` of what the plugin is told, where it wants to know; holds nothing secret.
        package var cluster: JSONValue?

        package init(command: String, arguments: [String] = [], apiVersion: String) {
            self.command = command
            self.arguments = Redacted(arguments)
            self.apiVersion = apiVersion
            environment = []
            interactiveMode = .ifAvailable
        }
    }

    /// Whom the user acts for.
    package struct Impersonation: Sendable, Hashable {
        package struct Extra: Sendable, Hashable {
            package var key: String
            package var values: [String]

            package init(key: String, values: [String]) {
                self.key = key
                self.values = values
            }
        }

        package var user: String
        package var uid: String?
        package var groups: [String]
        package var extra: [Extra]

        package init(user: String, uid: String? = nil, groups: [String] = [], extra: [Extra] = []) {
            self.user = user
            self.uid = uid
            self.groups = groups
            self.extra = extra
        }
    }
}
