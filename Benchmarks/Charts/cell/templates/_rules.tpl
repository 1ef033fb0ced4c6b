{{/*
Rules of roles that several templates need. Each takes a dictionary: group, resources, and optionally verbs.
*/}}
{{- define "cell.rules.read" -}}
- apiGroups: [{{ .group | quote }}]
  resources: {{ toJson .resources }}
  verbs: ["get", "list", "watch"]
{{- end -}}

{{- define "cell.rules.write" -}}
- apiGroups: [{{ .group | quote }}]
  resources: {{ toJson .resources }}
  verbs: {{ default (list "create" "delete" "patch" "update" "get" "list" "watch") .verbs | toJson }}
{{- end -}}

{{- define "cell.rules.custom" -}}
{{- range $name, $resource := .resources }}
{{- if $resource.enabled }}
{{- $group := regexReplaceAll "^[^.]+\\.([^/]+).*$" $name "${1}" }}
{{- $plural := first (splitList "." $name) }}
- apiGroups: [{{ $group | quote }}]
  resources: [{{ $plural | quote }}{{ if $resource.status }}, {{ printf "%s/status" $plural | quote }}{{ end }}]
  verbs: {{ toJson $.verbs }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cell.plugins.rules" -}}
{{- range $name, $plugin := .Values.plugins }}
{{- if and (not (eq (toString $plugin.enabled) "false")) $plugin.rbac }}
{{- with ($plugin.rbac.role | default dict).extraRules }}
# Of the plugin {{ $name }}.
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cell.plugins.clusterRules" -}}
{{- range $name, $plugin := .Values.plugins }}
{{- if and (not (eq (toString $plugin.enabled) "false")) $plugin.rbac }}
{{- with ($plugin.rbac.clusterRole | default dict).extraRules }}
# Of the plugin {{ $name }}.
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cell.plugins.initContainers" -}}
{{- range $name := keys .Values.plugins | sortAlpha }}
{{- $plugin := get $.Values.plugins $name }}
{{- if $plugin.image }}
- name: plugin-{{ $name }}
  image: {{ $plugin.image }}
  imagePullPolicy: {{ default "IfNotPresent" $plugin.imagePullPolicy }}
  command: {{ toJson (default (list "sh") $plugin.command) }}
  args:
    - -c
    - cp -r {{ default "/plugin" $plugin.folder }} /plugins/{{ $name }}
  {{- with $plugin.securityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml (default (dict "requests" (dict "cpu" "10m" "memory" "16Mi")) $plugin.resources) | nindent 4 }}
  volumeMounts:
    - name: plugins
      mountPath: /plugins
    {{- range $plugin.volumeMounts }}
    - {{ toYaml . | nindent 6 | trim }}
    {{- end }}
{{- end }}
{{- end }}
{{- end -}}
