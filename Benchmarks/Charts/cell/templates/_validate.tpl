{{- define "cell.validate" -}}
{{- $kinds := list "embedded" "external" "deployed" -}}
{{- if not (has .Values.controlPlane.store.kind $kinds) -}}
{{- fail (printf "controlPlane.store.kind must be one of %s" (join ", " $kinds)) -}}
{{- end -}}
{{- if and (eq .Values.controlPlane.store.kind "embedded") (gt (int .Values.controlPlane.replicas) 1) (not (eq (mod (int .Values.controlPlane.replicas) 2) 1)) -}}
{{- fail "an embedded store wants an odd number of controlPlane.replicas" -}}
{{- end -}}
{{- if eq .Values.controlPlane.store.kind "external" -}}
{{- $_ := required "controlPlane.store.external.endpoint is needed" .Values.controlPlane.store.external.endpoint -}}
{{- end -}}
{{- if and .Values.controlPlane.ingress.enabled (not .Values.controlPlane.ingress.host) -}}
{{- fail "controlPlane.ingress.host is needed" -}}
{{- end -}}
{{- if not (semverCompare ">=1.28.0-0" .Values.controlPlane.version) -}}
{{- fail "controlPlane.version must be 1.28 or newer" -}}
{{- end -}}
{{- if and .Values.sync.toHost.serviceAccounts.enabled (not .Values.rbac.workloadServiceAccount.enabled) -}}
{{- fail "sync.toHost.serviceAccounts needs rbac.workloadServiceAccount" -}}
{{- end -}}
{{- $seen := dict -}}
{{- range $index, $volume := .Values.controlPlane.persistence.extraVolumes -}}
{{- if hasKey $seen $volume.name -}}
{{- fail (printf "controlPlane.persistence.extraVolumes[%d]: %s is there twice" $index $volume.name) -}}
{{- end -}}
{{- $_ := set $seen $volume.name true -}}
{{- end -}}
{{- range $name, $resource := .Values.sync.toHost.customResources -}}
{{- if not (regexMatch "^[a-z0-9.-]+(/[a-z0-9]+)?$" $name) -}}
{{- fail (printf "sync.toHost.customResources: %q is no name of a resource" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
