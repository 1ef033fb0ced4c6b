{{/*
The names of all objects, and the labels that are on all of them.
*/}}
{{- define "cell.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cell.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "cell.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "cell.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cell.selectorLabels" -}}
app.kubernetes.io/name: {{ include "cell.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cell.labels" -}}
helm.sh/chart: {{ include "cell.chart" . }}
{{ include "cell.selectorLabels" . }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: cell
example.com/tier: {{ .Values.tier | quote }}
{{- with .Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Takes a dictionary: root, and the annotations of one object, which win over the common ones.
*/}}
{{- define "cell.annotations" -}}
{{- $all := merge (dict) (default dict .own) (default dict .root.Values.commonAnnotations) -}}
{{- if $all }}
annotations:
  {{- range $key, $value := $all }}
  {{ $key }}: {{ tpl (toString $value) $.root | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "cell.serviceAccountName" -}}
{{- if .Values.rbac.serviceAccount.create -}}
{{- default (printf "cell-%s" .Release.Name) .Values.rbac.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.rbac.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "cell.workloadServiceAccountName" -}}
{{- printf "cell-workload-%s" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cell.clusterRoleName" -}}
{{- printf "cell-%s-%s" .Release.Name .Release.Namespace | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
Takes a dictionary: root and image.
*/}}
{{- define "cell.image" -}}
{{- $registry := .root.Values.global.imageRegistry -}}
{{- $repository := .image.repository -}}
{{- if $registry -}}
{{- $parts := splitList "/" $repository -}}
{{- if regexMatch "^[^/]+\\.[^/]+/" $repository -}}
{{- $parts = rest $parts -}}
{{- end -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" $registry) (join "/" $parts) -}}
{{- end -}}
{{- printf "%s:%s" $repository (default .root.Chart.AppVersion .image.tag | toString) -}}
{{- end -}}

{{- define "cell.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "string" . }}{{ . }}{{ else }}{{ .name }}{{ end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "cell.kubeconfigSecretName" -}}
{{- default (printf "cell-%s" .Release.Name) .Values.kubeconfig.secret.name -}}
{{- end -}}
