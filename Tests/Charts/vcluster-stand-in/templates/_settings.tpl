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
