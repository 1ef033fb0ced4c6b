{{/*
Parts of pods that the control plane, the store and the name server have in common.
*/}}
{{- define "cell.probe" -}}
{{- if .probe.enabled }}
{{ .name }}Probe:
  httpGet:
    path: {{ .probe.path }}
    port: {{ default 8443 .port }}
    scheme: {{ default "HTTPS" .scheme }}
  periodSeconds: {{ .probe.periodSeconds }}
  failureThreshold: {{ .probe.failureThreshold }}
  timeoutSeconds: {{ .probe.timeoutSeconds }}
{{- end }}
{{- end -}}

{{- define "cell.scheduling" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .priorityClassName }}
priorityClassName: {{ .priorityClassName }}
{{- end }}
{{- end -}}

{{- define "cell.spread" -}}
{{- with .Values.controlPlane.scheduling.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ toYaml . | nindent 4 | trim }}
    labelSelector:
      matchLabels:
        {{- include "cell.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "cell.arguments" -}}
{{- range $key, $value := . }}
- --{{ $key }}={{ $value }}
{{- end }}
{{- end -}}

{{- define "cell.featureGates" -}}
{{- $gates := list -}}
{{- range $name, $enabled := . -}}
{{- $gates = append $gates (printf "%s=%t" $name $enabled) -}}
{{- end -}}
{{- join "," $gates -}}
{{- end -}}

{{- define "cell.environment" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: CELL_NAME
  value: {{ .Release.Name | quote }}
- name: CELL_CONFIG_HASH
  value: {{ include "cell.configHash" . | quote }}
{{- if .Values.telemetry.enabled }}
- name: CELL_TELEMETRY
  value: {{ printf "%s?sampling=%v" .Values.telemetry.endpoint .Values.telemetry.sampling | quote }}
{{- end }}
{{- range $module, $level := .Values.logging.modules }}
- name: {{ printf "CELL_LOG_%s" ($module | upper | replace "-" "_") }}
  value: {{ $level | quote }}
{{- end }}
{{- with .Values.controlPlane.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cell.configHash" -}}
{{- $config := omit .Values "commonLabels" "commonAnnotations" "nameOverride" -}}
{{- $config | toYaml | b64enc | sha256sum -}}
{{- end -}}
