{{- define "xception.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 54 characters, so that every suffix the chart adds still makes a valid name. */}}
{{- define "xception.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" }}
{{- else if contains (include "xception.name" .) .Release.Name }}
{{- .Release.Name | trunc 54 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "xception.name" .) | trunc 54 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "xception.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "xception.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "xception.releaseLabels" -}}
app.kubernetes.io/name: {{ include "xception.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* The serving pods and no others: the test pod has another component. */}}
{{- define "xception.selectorLabels" -}}
{{ include "xception.releaseLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "xception.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "xception.labels" -}}
{{ include "xception.selectorLabels" . }}
{{ include "xception.commonLabels" . }}
{{- end }}

{{- define "xception.image" -}}
{{- $suffix := ternary "-cuda" "" .Values.gpu.enabled }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default (printf "%s%s" .Chart.AppVersion $suffix) .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "xception.secretName" -}}
{{- if .Values.secret.existingSecret }}
{{- .Values.secret.existingSecret }}
{{- else if .Values.secret.stringData }}
{{- include "xception.fullname" . }}
{{- end }}
{{- end }}

{{/*
The settings of the user by name, in lower-case letters and digits alone: Spring takes when-missing, whenMissing and WHENMISSING
for the same. The environment wins over the file. What lies in other objects (valueFrom, secret.existingSecret) is not seen.
*/}}
{{- define "xception.settings" -}}
{{- $settings := dict }}
{{- include "xception.flatten" (dict "prefix" "" "settings" .Values.config "into" $settings) }}
{{- include "xception.flatten" (dict "prefix" "" "settings" .Values.secret.stringData "into" $settings) }}
{{- range .Values.extraEnv }}
{{- if not .valueFrom }}
{{- include "xception.flatten" (dict "prefix" "" "settings" (dict .name (default "" .value)) "into" $settings) }}
{{- end }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{- define "xception.flatten" -}}
{{- range $key, $value := .settings }}
{{- $name := print $.prefix $key }}
{{- if kindIs "map" $value }}
{{- include "xception.flatten" (dict "prefix" $name "settings" $value "into" $.into) }}
{{- else }}
{{- $_ := set $.into (regexReplaceAll "[^a-z0-9]" (lower $name) "") (toString $value) }}
{{- end }}
{{- end }}
{{- end }}

{{/* "true" where a server without weights starts all the same. */}}
{{- define "xception.untrained" -}}
{{- $settings := include "xception.settings" . | fromYaml }}
{{- if eq (get $settings "xceptionmodelwhenmissing" | lower) "untrained" }}true{{ end }}
{{- end }}

{{/* In front of every path. */}}
{{- define "xception.contextPath" -}}
{{- $settings := include "xception.settings" . | fromYaml }}
{{- get $settings "serverservletcontextpath" | trimSuffix "/" }}
{{- end }}

{{/* What the service port speaks; the management port always speaks HTTP. */}}
{{- define "xception.scheme" -}}
{{- $settings := include "xception.settings" . }}
{{- $off := eq (get (fromYaml $settings) "serversslenabled" | lower) "false" }}
{{- ternary "https" "http" (and (regexMatch "(?m)^serverssl" $settings) (not $off)) }}
{{- end }}

{{/* "true" where models may be downloaded, by an init container or by the server itself. */}}
{{- define "xception.downloads" -}}
{{- $writable := not (and (eq .Values.model.source "pvc") .Values.model.pvc.readOnly) }}
{{- if and $writable (ne .Values.model.source "image") }}true{{ end }}
{{- end }}

{{/* "true" where an init container fills the model volume: a server that may do with random weights tries the download itself. */}}
{{- define "xception.prefetches" -}}
{{- if and (include "xception.downloads" .) (not (include "xception.untrained" .)) }}true{{ end }}
{{- end }}

{{- define "xception.ownClaim" -}}
{{- if and (eq .Values.model.source "pvc") (not .Values.model.pvc.existingClaim) }}true{{ end }}
{{- end }}

{{/* "true" where the chart's own claim can only be mounted on one node at a time: its pods write to it. */}}
{{- define "xception.onOneNode" -}}
{{- if and (include "xception.ownClaim" .) (not (has "ReadWriteMany" .Values.model.pvc.accessModes)) }}true{{ end }}
{{- end }}

{{- define "xception.prefetchArguments" -}}
{{- $settings := include "xception.settings" . | fromYaml }}
{{- $arguments := list "prefetch" "--models" "/models" }}
{{- with get $settings "xceptionmodelprecision" }}
{{- $arguments = concat $arguments (list "--precision" .) }}
{{- end }}
{{- if eq (get $settings "xceptionmodelverifydigest" | lower) "false" }}
{{- $arguments = append $arguments "--no-verify-digest" }}
{{- end }}
{{- toYaml (concat $arguments .Values.model.names) }}
{{- end }}

{{/* The settings that the rest of the chart relies on, over those of the user, over the provider of gpu.enabled. */}}
{{- define "xception.config" -}}
{{- $default := dict }}
{{- if .Values.gpu.enabled }}
{{- $default = dict "xception" (dict "session" (dict "provider" "cuda")) }}
{{- end }}
{{- $model := dict "directory" "/models" "names" .Values.model.names }}
{{- $fixed := dict
      "server" (dict "port" 8080 "shutdown" "graceful")
      "management" (dict "server" (dict "port" 8081 "ssl" (dict "enabled" false)))
      "spring" (dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%ds" (int .Values.drain.timeoutSeconds))))
      "xception" (dict "model" $model) }}
{{- toYaml (mergeOverwrite $default (deepCopy .Values.config) $fixed) }}
{{- end }}

{{/* Environment, volume mounts and security context that the server and the prefetch share. */}}
{{- define "xception.container" -}}
image: {{ include "xception.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
env:
  - name: SPRING_CONFIG_ADDITIONAL_LOCATION
    value: file:/etc/xception/
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with include "xception.secretName" . }}
envFrom:
  - secretRef:
      name: {{ . | quote }}
{{- end }}
volumeMounts:
  - name: config
    mountPath: /etc/xception
    readOnly: true
  - name: tmp
    mountPath: /tmp
  {{- if ne .Values.model.source "image" }}
  - name: models
    mountPath: /models
    {{- if and (eq .Values.model.source "pvc") .Values.model.pvc.readOnly }}
    readOnly: true
    {{- end }}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* The labels that the ServiceMonitor gives the series of this release, and of no other. */}}
{{- define "xception.series" -}}
{{- printf "namespace=%q,service=%q" .Release.Namespace (printf "%s-metrics" (include "xception.fullname" .)) }}
{{- end }}

{{/* Mean number of waiting pictures: seconds waited per second (Little's law), so bursts between two scrapes count. */}}
{{- define "xception.kedaQuery" -}}
{{- default (printf "sum(rate(xception_stage_seconds_sum{stage=\"queue\",%s}[1m]))" (include "xception.series" .)) .Values.keda.prometheus.query }}
{{- end }}
