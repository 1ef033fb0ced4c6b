{{/*
Whether things are wanted that are "auto": each answers with true or with nothing.
*/}}
{{- define "cell.persistence.enabled" -}}
{{- if eq (toString .Values.controlPlane.persistence.enabled) "auto" -}}
{{- if eq .Values.controlPlane.store.kind "embedded" -}}true{{- end -}}
{{- else if .Values.controlPlane.persistence.enabled -}}true
{{- end -}}
{{- end -}}

{{- define "cell.workload.kind" -}}
{{- if include "cell.persistence.enabled" . -}}StatefulSet{{- else -}}Deployment{{- end -}}
{{- end -}}

{{- define "cell.storageClasses.enabled" -}}
{{- $mode := toString .Values.sync.fromHost.storageClasses.enabled -}}
{{- if or (eq $mode "true") (and (eq $mode "auto") .Values.controlPlane.scheduler.enabled) -}}true{{- end -}}
{{- end -}}

{{- define "cell.csi.enabled" -}}
{{- $root := .root -}}
{{- $mode := toString (index $root.Values.sync.fromHost .kind).enabled -}}
{{- if eq $mode "true" -}}true
{{- else if and (eq $mode "auto") $root.Values.controlPlane.scheduler.enabled -}}true
{{- end -}}
{{- end -}}

{{- define "cell.clusterRole.enabled" -}}
{{- if .Values.rbac.clusterRole.disabled -}}
{{- else if eq (toString .Values.rbac.clusterRole.enabled) "true" -}}true
{{- else if or
    .Values.sync.fromHost.nodes.enabled
    .Values.sync.fromHost.ingressClasses.enabled
    .Values.sync.fromHost.runtimeClasses.enabled
    .Values.sync.fromHost.priorityClasses.enabled
    .Values.sync.toHost.storageClasses.enabled
    .Values.sync.toHost.persistentVolumes.enabled
    .Values.sync.toHost.priorityClasses.enabled
    .Values.sync.toHost.volumeSnapshots.enabled
    (include "cell.storageClasses.enabled" .)
    (include "cell.csi.enabled" (dict "root" . "kind" "csiNodes"))
    (include "cell.csi.enabled" (dict "root" . "kind" "csiDrivers"))
    (include "cell.csi.enabled" (dict "root" . "kind" "csiStorageCapacities"))
    (not (empty .Values.rbac.clusterRole.extraRules))
    (include "cell.plugins.clusterRules" .) -}}true
{{- end -}}
{{- end -}}

{{- define "cell.quota.enabled" -}}
{{- if eq (toString .Values.policies.resourceQuota.enabled) "auto" -}}
{{- if or .Values.policies.networkPolicy.enabled (eq .Values.tier "restricted") -}}true{{- end -}}
{{- else if .Values.policies.resourceQuota.enabled -}}true
{{- end -}}
{{- end -}}

{{- define "cell.limitRange.enabled" -}}
{{- if eq (toString .Values.policies.limitRange.enabled) "auto" -}}
{{- include "cell.quota.enabled" . -}}
{{- else if .Values.policies.limitRange.enabled -}}true
{{- end -}}
{{- end -}}
