// Written by Scripts/generate from Tests/Charts/vcluster-stand-in: never edited by hand.

import Helm

extension StandInCharts {
    static let templates: [ChartFile] = [
        ChartFile(
            path: "Chart.yaml",
            bytes: Array(
                #"""
                apiVersion: v2
                name: vcluster
                version: 0.36.900
                type: application
                description: A stand-in for vCluster's chart, for tests on a real cluster

                """#.utf8)),
        ChartFile(
            path: "templates/_names.tpl",
            bytes: Array(
                #"""
                {{/* On every object. */}}
                {{- define "stand-in.labels" -}}
                app: vcluster
                chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
                release: {{ .Release.Name | quote }}
                heritage: {{ .Release.Service | quote }}
                {{- end -}}

                {{/* What finds the control plane's pods. */}}
                {{- define "stand-in.selector" -}}
                app: vcluster
                release: {{ .Release.Name | quote }}
                {{- end -}}

                {{- define "stand-in.image" -}}
                {{- $image := .Values.controlPlane.statefulSet.image -}}
                {{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}:{{ $image.tag | default .Chart.Version }}
                {{- end -}}

                {{/* A text where the control plane keeps its data in a volume, else nothing. */}}
                {{- define "stand-in.persistent" -}}
                {{- $enabled := toString .Values.controlPlane.statefulSet.persistence.volumeClaim.enabled -}}
                {{- $auto := not .Values.controlPlane.backingStore.etcd.deploy.enabled -}}
                {{- if or (eq $enabled "true") (and (eq $enabled "auto") $auto) }}yes{{ end -}}
                {{- end -}}

                {{/* StatefulSet, or Deployment where a pod has nothing of its own to keep. */}}
                {{- define "stand-in.kind" -}}
                {{- if or (include "stand-in.persistent" .) .Values.controlPlane.backingStore.etcd.embedded.enabled -}}
                StatefulSet
                {{- else -}}
                Deployment
                {{- end -}}
                {{- end -}}

                {{/* The claim of a volume: a dictionary with volumeClaim's values. */}}
                {{- define "stand-in.claim" -}}
                - metadata: {name: data}
                  spec:
                    accessModes: {{ toJson .accessModes }}
                    {{- with .storageClass }}
                    storageClassName: {{ . }}
                    {{- end }}
                    resources: {requests: {storage: {{ .size | quote }}}}
                {{- end -}}

                {{/* Some YAML under a key, if there is any: a list of key, value and columns. */}}
                {{- define "stand-in.optional" -}}
                {{- $value := index . 1 -}}
                {{- if $value -}}
                {{ printf "%s:\n%s" (index . 0) (toYaml $value | indent 2) | nindent (index . 2) }}
                {{- end -}}
                {{- end -}}

                {{- define "stand-in.validate" -}}
                {{- $set := .Values.controlPlane.statefulSet -}}
                {{- $etcd := .Values.controlPlane.backingStore.etcd -}}
                {{- if and (gt (int $set.highAvailability.replicas) 1) (not $etcd.deploy.enabled) -}}
                {{- fail "more than one replica needs one etcd for all: set controlPlane.backingStore.etcd.deploy.enabled to true" -}}
                {{- end -}}
                {{- range .Values.exportKubeConfig.additionalSecrets -}}
                {{- if not (or .name .namespace) -}}
                {{- fail (printf "exportKubeConfig.additionalSecrets: set name or namespace in %s" (toJson .)) -}}
                {{- end -}}
                {{- end -}}
                {{- end -}}

                """#.utf8)),
        ChartFile(
            path: "templates/_settings.tpl",
            bytes: Array(
                #"""
                {{/* What the syncer goes by, as JSON: a program of Go's standard library reads no YAML. */}}
                {{- define "stand-in.settings" -}}
                {{- $plane := .Values.controlPlane -}}
                {{- $settings := dict "exportKubeConfig" .Values.exportKubeConfig -}}
                {{- $_ := set $settings "hosts" (compact (append $plane.proxy.extraSANs $plane.ingress.host)) -}}
                {{- if $plane.backingStore.etcd.deploy.enabled -}}
                {{- $_ := set $settings "etcd" (printf "http://%s-etcd.%s:2379" .Release.Name .Release.Namespace) -}}
                {{- end -}}
                {{- $_ := set $settings "replicas" (int $plane.statefulSet.highAvailability.replicas) -}}
                {{- toJson $settings -}}
                {{- end -}}

                """#.utf8)),
        ChartFile(
            path: "templates/config-secret.yaml",
            bytes: Array(
                #"""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: vc-config-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                type: Opaque
                data:
                  config.yaml: {{ toYaml .Values | b64enc }}

                """#.utf8)),
        ChartFile(
            path: "templates/control-plane.yaml",
            bytes: Array(
                #"""
                {{- include "stand-in.validate" . }}
                {{- $set := .Values.controlPlane.statefulSet }}
                {{- $replicas := int $set.highAvailability.replicas }}
                apiVersion: apps/v1
                kind: {{ include "stand-in.kind" . }}
                metadata:
                  name: {{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels:
                    {{- include "stand-in.labels" . | nindent 4 }}
                    {{- with $set.labels }}{{ toYaml . | nindent 4 }}{{ end }}
                  {{- include "stand-in.optional" (list "annotations" $set.annotations 2) }}
                spec:
                  replicas: {{ $replicas }}
                  selector:
                    matchLabels: {{- include "stand-in.selector" . | nindent 6 }}
                  {{- if eq (include "stand-in.kind" .) "StatefulSet" }}
                  serviceName: {{ .Release.Name }}-headless
                  podManagementPolicy: {{ $set.scheduling.podManagementPolicy }}
                  {{- if include "stand-in.persistent" . }}
                  volumeClaimTemplates: {{- include "stand-in.claim" $set.persistence.volumeClaim | nindent 2 }}
                  {{- end }}
                  {{- else }}
                  strategy:
                    type: RollingUpdate
                    rollingUpdate: {maxSurge: 1, maxUnavailable: {{ gt $replicas 1 | ternary 1 0 }}}
                  {{- end }}
                  template:
                    metadata:
                      annotations:
                        vClusterConfigHash: {{ toYaml .Values | sha256sum }}
                        {{- with $set.pods.annotations }}{{ toYaml . | nindent 8 }}{{ end }}
                      labels:
                        {{- include "stand-in.selector" . | nindent 8 }}
                        {{- with $set.pods.labels }}{{ toYaml . | nindent 8 }}{{ end }}
                    spec:
                      serviceAccountName: vc-{{ .Release.Name }}
                      terminationGracePeriodSeconds: 15
                      {{- with $set.scheduling.priorityClassName }}
                      priorityClassName: {{ . }}
                      {{- end }}
                      {{- include "stand-in.optional" (list "nodeSelector" $set.scheduling.nodeSelector 6) }}
                      {{- include "stand-in.optional" (list "tolerations" $set.scheduling.tolerations 6) }}
                      {{- include "stand-in.optional" (list "securityContext" $set.security.podSecurityContext 6) }}
                      containers:
                      - name: syncer
                        image: {{ include "stand-in.image" . | quote }}
                        {{- with $set.imagePullPolicy }}
                        imagePullPolicy: {{ . }}
                        {{- end }}
                        env:
                        - {name: VCLUSTER_NAME, value: {{ .Release.Name | quote }}}
                        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                        - {name: NODE_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
                        - name: STAND_IN_SETTINGS
                          value: {{ include "stand-in.settings" . | quote }}
                        {{- with $set.env }}{{ toYaml . | nindent 8 }}{{ end }}
                        ports:
                        - {name: https, containerPort: 8443, protocol: TCP}
                        {{- range $probe, $path := dict "startupProbe" "/readyz" "readinessProbe" "/readyz" "livenessProbe" "/livez" }}
                        {{- with index $set.probes $probe }}
                        {{- if .enabled }}
                        {{ $probe }}:
                          httpGet: {path: {{ $path }}, port: 8443, scheme: HTTPS}
                          {{- omit . "enabled" | toYaml | nindent 10 }}
                        {{- end }}
                        {{- end }}
                        {{- end }}
                        {{- include "stand-in.optional" (list "securityContext" $set.security.containerSecurityContext 8) }}
                        {{- include "stand-in.optional" (list "resources" $set.resources 8) }}
                        volumeMounts:
                        - {name: data, mountPath: /data}
                        - {name: certs, mountPath: /pki}
                        - {name: tmp, mountPath: /tmp}
                        - {name: vcluster-config, mountPath: /var/lib/vcluster, readOnly: true}
                      volumes:
                      {{- if not (include "stand-in.persistent" .) }}
                      - {name: data, emptyDir: {}}
                      {{- end }}
                      - {name: certs, emptyDir: {}}
                      - {name: tmp, emptyDir: {}}
                      - {name: vcluster-config, secret: {secretName: vc-config-{{ .Release.Name }}}}

                """#.utf8)),
        ChartFile(
            path: "templates/etcd.yaml",
            bytes: Array(
                #"""
                {{- with .Values.controlPlane.backingStore.etcd.deploy }}
                {{- if .enabled }}
                {{- $name := printf "%s-etcd" $.Release.Name }}
                {{- range $suffix := list "" "-headless" }}
                apiVersion: v1
                kind: Service
                metadata:
                  name: {{ $name }}{{ $suffix }}
                  namespace: {{ $.Release.Namespace }}
                  labels: {{- include "stand-in.labels" $ | replace "app: vcluster" "app: vcluster-etcd" | nindent 4 }}
                spec:
                  {{- if $suffix }}
                  clusterIP: None
                  publishNotReadyAddresses: true
                  {{- end }}
                  ports:
                  - {name: etcd, port: 2379, targetPort: 2379, protocol: TCP}
                  selector: {app: vcluster-etcd, release: {{ $.Release.Name | quote }}}
                ---
                {{- end }}
                apiVersion: apps/v1
                kind: StatefulSet
                metadata:
                  name: {{ $name }}
                  namespace: {{ $.Release.Namespace }}
                  labels: {{- include "stand-in.labels" $ | replace "app: vcluster" "app: vcluster-etcd" | nindent 4 }}
                spec:
                  replicas: 1
                  serviceName: {{ $name }}-headless
                  podManagementPolicy: Parallel
                  selector:
                    matchLabels: {app: vcluster-etcd, release: {{ $.Release.Name | quote }}}
                  {{- $persistent := .statefulSet.persistence.volumeClaim.enabled }}
                  {{- if $persistent }}
                  volumeClaimTemplates: {{- include "stand-in.claim" .statefulSet.persistence.volumeClaim | nindent 2 }}
                  {{- end }}
                  template:
                    metadata:
                      labels: {app: vcluster-etcd, release: {{ $.Release.Name | quote }}}
                    spec:
                      automountServiceAccountToken: false
                      terminationGracePeriodSeconds: 5
                      containers:
                      - name: etcd
                        image: {{ include "stand-in.image" $ | quote }}
                        imagePullPolicy: {{ $.Values.controlPlane.statefulSet.imagePullPolicy }}
                        command: [etcd, --data-dir=/data/etcd, --unsafe-no-fsync]
                        args: ["--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://{{ $name }}:2379"]
                        readinessProbe: {httpGet: {path: /health, port: 2379}, periodSeconds: 1}
                        {{- include "stand-in.optional" (list "resources" .statefulSet.resources 8) }}
                        volumeMounts:
                        - {name: data, mountPath: /data}
                      {{- if not $persistent }}
                      volumes:
                      - {name: data, emptyDir: {}}
                      {{- end }}
                {{- end }}
                {{- end }}

                """#.utf8)),
        ChartFile(
            path: "templates/ingress.yaml",
            bytes: Array(
                #"""
                {{- with .Values.controlPlane.ingress }}
                {{- if .enabled }}
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: {{ $.Release.Name }}
                  namespace: {{ $.Release.Namespace }}
                  labels:
                    {{- include "stand-in.labels" $ | nindent 4 }}
                    {{- with .labels }}{{ toYaml . | nindent 4 }}{{ end }}
                  {{- include "stand-in.optional" (list "annotations" .annotations 2) }}
                spec:
                  {{- with .spec }}{{ toYaml . | nindent 2 }}{{ end }}
                  {{- if not .spec.rules }}
                  rules:
                  - host: {{ .host | quote }}
                    http:
                      paths:
                      - path: /
                        pathType: {{ .pathType }}
                        backend: {service: {name: {{ $.Release.Name }}, port: {name: https}}}
                  {{- end }}
                {{- end }}
                {{- end }}

                """#.utf8)),
        ChartFile(
            path: "templates/pod-disruption-budget.yaml",
            bytes: Array(
                #"""
                {{- with .Values.controlPlane.advanced.podDisruptionBudget }}
                {{- if .enabled }}
                apiVersion: {{ semverCompare ">=1.21-0" $.Capabilities.KubeVersion.Version | ternary "policy/v1" "policy/v1beta1" }}
                kind: PodDisruptionBudget
                metadata:
                  name: {{ $.Release.Name }}
                  namespace: {{ $.Release.Namespace }}
                  labels: {{- include "stand-in.labels" $ | nindent 4 }}
                spec:
                  {{- omit . "enabled" | toYaml | nindent 2 }}
                  selector:
                    matchLabels: {{- include "stand-in.selector" $ | nindent 6 }}
                {{- end }}
                {{- end }}

                """#.utf8)),
        ChartFile(
            path: "templates/policies.yaml",
            bytes: Array(
                #"""
                {{- $quota := .Values.policies.resourceQuota }}
                {{- $range := .Values.policies.limitRange }}
                {{- $on := or (eq (toString $quota.enabled) "true") (eq (toString $range.enabled) "true") }}
                {{- if and $on (ne (toString $quota.enabled) "false") }}
                apiVersion: v1
                kind: ResourceQuota
                metadata:
                  name: vc-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                spec:
                  hard: {{- toYaml $quota.quota | nindent 4 }}
                {{- end }}
                {{- if and $on (ne (toString $range.enabled) "false") }}
                ---
                apiVersion: v1
                kind: LimitRange
                metadata:
                  name: vc-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                spec:
                  limits:
                  - type: Container
                    default: {{- toYaml $range.default | nindent 6 }}
                    defaultRequest: {{- toYaml $range.defaultRequest | nindent 6 }}
                {{- end }}

                """#.utf8)),
        ChartFile(
            path: "templates/rbac.yaml",
            bytes: Array(
                #"""
                {{- if .Values.rbac.role.enabled }}
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: vc-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                rules:
                - apiGroups: [""]
                  resources: [secrets, services, pods]
                  verbs: [get, list, watch, create, update, patch, delete]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata:
                  name: vc-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: vc-{{ .Release.Name }}}
                subjects:
                - {kind: ServiceAccount, name: vc-{{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
                {{- end }}
                {{- if eq (toString .Values.rbac.clusterRole.enabled) "true" }}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: vc-{{ .Release.Name }}-v-{{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                rules:
                - apiGroups: [""]
                  resources: [nodes]
                  verbs: [get, list, watch]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata:
                  name: vc-{{ .Release.Name }}-v-{{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: vc-{{ .Release.Name }}-v-{{ .Release.Namespace }}}
                subjects:
                - {kind: ServiceAccount, name: vc-{{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
                {{- end }}

                """#.utf8)),
        ChartFile(
            path: "templates/service-accounts.yaml",
            bytes: Array(
                #"""
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: vc-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata:
                  name: vc-workload-{{ .Release.Name }}
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}

                """#.utf8)),
        ChartFile(
            path: "templates/services.yaml",
            bytes: Array(
                #"""
                {{- with .Values.controlPlane.service }}
                {{- if .enabled }}
                apiVersion: v1
                kind: Service
                metadata:
                  name: {{ $.Release.Name }}
                  namespace: {{ $.Release.Namespace }}
                  labels:
                    {{- include "stand-in.labels" $ | nindent 4 }}
                    vcluster.loft.sh/service: "true"
                    {{- with .labels }}{{ toYaml . | nindent 4 }}{{ end }}
                  {{- include "stand-in.optional" (list "annotations" .annotations 2) }}
                spec:
                  {{- toYaml .spec | nindent 2 }}
                  {{- if not .spec.ports }}
                  ports:
                  - {name: https, port: 443, targetPort: 8443, nodePort: {{ .httpsNodePort }}, protocol: TCP}
                  {{- if ne .spec.type "LoadBalancer" }}
                  - {name: kubelet, port: 10250, targetPort: 8443, nodePort: {{ .kubeletNodePort }}, protocol: TCP}
                  {{- end }}
                  {{- end }}
                  {{- if not .spec.selector }}
                  selector: {{- include "stand-in.selector" $ | nindent 4 }}
                  {{- end }}
                {{- end }}
                {{- end }}
                {{- if eq (include "stand-in.kind" .) "StatefulSet" }}
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: {{ .Release.Name }}-headless
                  namespace: {{ .Release.Namespace }}
                  labels: {{- include "stand-in.labels" . | nindent 4 }}
                spec:
                  clusterIP: None
                  publishNotReadyAddresses: true
                  ports:
                  - {name: https, port: 443, targetPort: 8443, protocol: TCP}
                  selector: {{- include "stand-in.selector" . | nindent 4 }}
                {{- end }}

                """#.utf8)),
    ]
}
