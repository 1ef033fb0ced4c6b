{{- define "refusals.deep" -}}
{{- include "refusals.deeper" . -}}
{{- end -}}
{{- define "refusals.deeper" -}}
{{ .Values.nothing.below }}
{{- end -}}
{{- define "refusals.required" -}}
{{ required "a name is required: set name" .Values.name }}
{{- end -}}
