{{- define "kit.container" -}}
- name: {{ .name }}
  image: {{ .context.Values.global.registry }}/{{ .name }}
  imagePullPolicy: {{ .context.Values.kit.pullPolicy }}
  ports:
    - containerPort: {{ .port }}
{{- end -}}
{{- define "kit.rendered" -}}
{{- $text := typeIs "string" .value | ternary .value (.value | toYaml) -}}
{{- if contains "{{" $text -}}{{ tpl $text .context }}{{- else -}}{{ tpl (printf "%s{{ include \"kit.plain\" . }}" $text) .context }}{{- end -}}
{{- end -}}
{{- define "kit.plain" }} plain{{ tpl "" . }}{{ tpl "{{/* only a comment */}}" . }}{{ end -}}
{{- define "shared.name" -}}from the library{{- end -}}
