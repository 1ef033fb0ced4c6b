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
