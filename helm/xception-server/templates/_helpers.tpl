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
app.kubernetes.io/name: {{ include "xception.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{/* "true" where models may be downloaded, by an init container or by the server itself. */}}
{{- define "xception.downloads" -}}
{{- $writable := not (and (eq .Values.model.source "pvc") .Values.model.pvc.readOnly) }}
{{- if and $writable (ne .Values.model.source "image") }}true{{ end }}
{{- end }}

{{/* "true" where an init container fills the model volume: a server that may do with random weights tries the download itself. */}}
{{- define "xception.prefetches" -}}
{{- $trained := ne (dig "xception" "model" "when-missing" "fail" .Values.config) "untrained" }}
{{- if and $trained (include "xception.downloads" .) }}true{{ end }}
{{- end }}

{{/* "true" where the chart's own claim can only be mounted on one node at a time. */}}
{{- define "xception.onOneNode" -}}
{{- $modes := .Values.model.pvc.accessModes }}
{{- $own := and (eq .Values.model.source "pvc") (not .Values.model.pvc.existingClaim) }}
{{- if and $own (not (has "ReadWriteMany" $modes)) (not (has "ReadOnlyMany" $modes)) }}true{{ end }}
{{- end }}

{{- define "xception.prefetchArguments" -}}
{{- $model := dig "xception" "model" (dict) .Values.config }}
{{- $arguments := list "prefetch" "--models" "/models" }}
{{- with get $model "precision" }}
{{- $arguments = concat $arguments (list "--precision" .) }}
{{- end }}
{{- if eq (get $model "verify-digest" | toString) "false" }}
{{- $arguments = append $arguments "--no-verify-digest" }}
{{- end }}
{{- toYaml (concat $arguments .Values.model.names) }}
{{- end }}

{{/* The settings that the rest of the chart relies on, over those of the user. */}}
{{- define "xception.config" -}}
{{- $model := dict "directory" "/models" "names" .Values.model.names }}
{{- $fixed := dict
      "server" (dict "port" 8080 "shutdown" "graceful")
      "management" (dict "server" (dict "port" 8081))
      "spring" (dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%ds" (int .Values.drain.timeoutSeconds))))
      "xception" (dict "model" $model) }}
{{- if .Values.gpu.enabled }}
{{- $_ := set $fixed.xception "session" (dict "provider" "cuda") }}
{{- end }}
{{- toYaml (mergeOverwrite (deepCopy .Values.config) $fixed) }}
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
      name: {{ . }}
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
{{- end }}

{{/* Mean number of waiting pictures: seconds waited per second (Little's law), so bursts between two scrapes count. */}}
{{- define "xception.kedaQuery" -}}
{{- default (printf "sum(rate(xception_stage_seconds_sum{stage=\"queue\",namespace=%q,service=%q}[1m]))" .Release.Namespace (printf "%s-metrics" (include "xception.fullname" .))) .Values.keda.prometheus.query }}
{{- end }}
