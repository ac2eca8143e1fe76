#!/usr/bin/env bash
# Throughput on an NVIDIA GPU by precision, batch size and concurrency, for a build with -Pcuda. CUDA is asked for by name, so
# that a server or a ceiling without it fails instead of measuring the CPU.
#
#   MODELS=DIR (models)  XCEPTION=NAME (xception)  IMAGES=DIR (required)
set -euo pipefail
cd "$(dirname "$0")/../.."

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
out=target/bench
mkdir -p "$out"
: > "$out/gpu.md"
for precision in fp32 fp16; do
  for batch in 1 8 16 32; do
    printf '\n## %s, max batch size %s\n\n' "$precision" "$batch" >> "$out/gpu.md"
    "$java" -jar target/xception-server.jar bench --start --provider cuda --precision "$precision" \
      --models "${MODELS:-models}" --model "${XCEPTION:-xception}" --images "${IMAGES:?pictures to send}" \
      --server-option xception.batch.max-batch-size="$batch" --server-option xception.batch.queue-capacity=256 \
      --concurrency 1,8,32,128 --duration 10s --warm-up 30s --json-file "$out/gpu-$precision-$batch.json" >> "$out/gpu.md"
  done
done
echo "$out/gpu.md"
