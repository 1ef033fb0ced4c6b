import Formats

extension OperatorChart {
    /// What Helm prints after an installation.
    static var notes: String {
        """
        envfactory {{ .Chart.AppVersion }} is installed in namespace {{ .Release.Namespace }}.
        {{- if semverCompare "\(currentServers)" .Capabilities.KubeVersion.Version }}
        {{- if not .Values.admissionPolicies.install }}

        Admission policies are left out: the operator's rights are narrowed by roles alone.
        {{- end }}
        {{- else }}

        Kubernetes {{ .Capabilities.KubeVersion }} has no admission policies: the operator's rights are narrowed by
        roles alone.
        {{- end }}
        {{- if not .Values.namespace.create }}

        Let the namespace enforce the restricted pod security:
          kubectl label namespace {{ .Release.Namespace }} pod-security.kubernetes.io/enforce=restricted
        {{- end }}

        Next: write an EnvironmentClass, then ask for an Environment of it.
          kubectl explain environmentclass.spec
          kubectl get environments --all-namespaces

        """
    }

    static var readme: String {
        let rows = ChartValue.all.map { value in
            let comment = value.comment.split(separator: "\n").joined(separator: " ")
            return "| `\(value.name)` | `\(value.standard.text())` | \(comment) |\n"
        }
        return """
            <!-- \(Manifests.notice) -->

            # The chart envfactory

            Installs the operator, its definitions, roles and admission policies.

            ```console
            $ helm install envfactory Charts/envfactory --namespace \(Words.Installation.namespace) --create-namespace \\
                --set image.repository=registry.example/envfactory
            ```

            `envfactory install` renders the same chart, which is in the program, and applies it without Helm; it takes
            the same values. For Kubernetes 1.20 and newer; before 1.30 without rules in the definitions and without
            admission policies.

            * **One release in a cluster.** Definitions, roles and policies are the cluster's, and their names are fixed:
              roles are bound by name.
            * **Definitions are templates,** so an upgrade of the release changes them too, and they carry
              `helm.sh/resource-policy: keep`: uninstalling leaves them and every environment where they are.
            * **End the environments first,** then uninstall: without the operator nobody takes them down.
            * **The pause switch and the Lease** are made empty; an upgrade leaves what is in them.

            | value | default | |
            |---|---|---|
            \(rows.joined())
            """
    }
}
