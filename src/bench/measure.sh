#!/usr/bin/env bash
# Measures what docs/performance.md states, on this machine: about half an hour and the soak. The machine must be otherwise idle, with
# ports 8080 and 8081 free at first.
#
# What is measured is what the container image runs: the jar in its parts, with its options and an AOT cache that is recorded under load.
#
#   MODELS=DIR     folder with the models                      (models)
#   XCEPTION=NAME  the Xception in it, int8 too where it lies  (xception)
#   MOBILENET=NAME a small model; without it its parts are left out, and a soak's warm-up takes longer
#   IMAGES=DIR     pictures to send                            (required)
#   SOAK=TIME      length of the soak, 0 for none              (15m)
#   DRAINS=N       how often SIGTERM is sent under load        (20)
#   ROUNDS=N       of each load; more where neighbours disturb (3)
#   PARTS="a b"    only these: fp32 int8 mobilenet jmh overload drain soak
#
# Writes one JSON file per part and all results as Markdown to target/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."

models=${MODELS:-models} xception=${XCEPTION:-xception} mobilenet=${MOBILENET:-} images=${IMAGES:?pictures to send}
soak=${SOAK:-15m} drains=${DRAINS:-20} rounds=${ROUNDS:-3} parts=${PARTS:-fp32 int8 mobilenet jmh overload drain soak}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
built=target/xception-server.jar
out=$PWD/target/bench
app=$out/app
jar=$app/xception-server.jar
results=$out/results.md

[ -f "$built" ] || { echo "build first: ./mvnw package -DskipTests" >&2; exit 1; }
# Else it would be another server that is put under load while the cache is recorded.
for port in 8080 8081; do
  if (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
    echo "port $port is in use" >&2
    exit 1
  fi
done
rm -rf "$app"
mkdir -p "$out"
echo "== AOT cache" >&2
"$java" -Djarmode=tools -jar "$built" extract --destination "$app"
# Not those that say where the image keeps its native libraries.
grep -E '^-(XX:|-)' src/deploy/image/java.options > "$app/java.options"
PATH=${JAVA_HOME:+$JAVA_HOME/bin:}$PATH sh src/deploy/image/train.sh "$app" docs/images/sample.png > "$out/aot.log" 2>&1 \
  || { tail -5 "$out/aot.log" >&2; exit 1; }
as_in_the_image=("-XX:AOTCache=$app/server.aot" -XX:AOTMode=on "@$app/java.options") # with a cache that does not fit Java would not start
its_java=("${as_in_the_image[@]/#/--java-option=}") # where bench starts the server

printf '# Measured %s, commit %s\n\nLoad before: %s\n' "$(date -u +%FT%RZ)" \
  "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)" > "$results"

failed=0
failure() {
  echo "- FAILED" >> "$results"
  failed=1
}

wanted() { [[ " $parts " == *" $1 "* ]]; }

# bench NAME TITLE OPTION...: a failure is noted and does not stop the rest; in the end the script fails.
bench() {
  local name=$1 title=$2
  shift 2
  echo "== $title" >&2
  printf '\n## %s\n\n' "$title" >> "$results"
  "$java" -jar "$jar" bench --images "$images" --models "$models" --json-file "$out/$name.json" "$@" >> "$results" || failure
}

if wanted fp32; then
  bench fp32 "Xception fp32 against its ceiling" --start "${its_java[@]}" --model "$xception" \
    --concurrency 8,1 --duration 12s --warm-up 60s --rounds "$rounds"
fi
if wanted int8 && [ -f "$models/$xception/$xception.int8.onnx" ]; then
  bench int8 "Xception int8 against its ceiling and that of fp32" --start "${its_java[@]}" --model "$xception" --precision int8 \
    --against fp32 --concurrency 8,1 --duration 12s --warm-up 150s --rounds "$rounds"
fi
if wanted mobilenet && [ -n "$mobilenet" ]; then
  bench mobilenet "MobileNet against its ceiling: where the server itself shows" --start "${its_java[@]}" --model "$mobilenet" \
    --concurrency 16,8,1 --duration 8s --warm-up 30s --rounds "$rounds"
fi
if wanted jmh; then
  echo "== JMH" >&2
  printf '\n## Decode and preprocess, one core\n\n```\n' >> "$results"
  ./mvnw -q -Pbench test-compile exec:exec -Dbench=ImageBenchmark \
    -Dbench.flags="-f 1 -wi 3 -i 5 -w 1 -r 1 -rf json -rff $out/jmh.json" > "$out/jmh.txt" || failure
  grep -A99 '^Benchmark ' "$out/jmh.txt" >> "$results" || true
  printf '```\n' >> "$results"
fi
if wanted overload; then
  bench overload "Ten times the capacity, $rounds times for a minute" --start "${its_java[@]}" --model "$xception" \
    --overload 10 --duration 60s --warm-up 60s --concurrency 8 --rounds "$rounds"
fi
if wanted drain; then
  bench drain "SIGTERM under load" "${its_java[@]}" --model "${mobilenet:-$xception}" --drain "$drains" --concurrency 64
fi
if wanted soak && [ "$soak" != 0 ]; then
  # Started here, so that jcmd can look into it before and after; with as few of the C library's arenas as in the container image,
  # and with a heap that is resident from the start: a part of it that is used for the first time would look like a leak.
  MALLOC_ARENA_MAX=2 "$java" "${as_in_the_image[@]}" -XX:NativeMemoryTracking=summary -Xms256m -Xmx256m -XX:+AlwaysPreTouch -jar "$jar" serve \
    --models "$models" --model "$xception${mobilenet:+,$mobilenet}" --server.address=127.0.0.1 --server.port=18080 --management.server.port=18081 \
    > "$out/soak-server.log" 2>&1 &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  until "$java" -jar "$jar" health --url http://127.0.0.1:18080/readyz > /dev/null 2>&1; do
    kill -0 "$server" || { tail -5 "$out/soak-server.log" >&2; exit 1; }
    sleep 1
  done
  # What runs once for each answer is compiled until there were some 15,000, and its code takes memory: half an hour of the Xception,
  # two minutes of a small model.
  warm_up=300
  if [ -n "$mobilenet" ]; then
    bench soak-warm-up "Warm-up of the soak's server with $mobilenet" --url http://127.0.0.1:18080 --model "$mobilenet" --no-ceiling \
      --concurrency 8 --duration 150s --warm-up 0s --rounds 1
    warm_up=60
  fi
  # The baseline of native memory is taken when capacity has been measured and the soak is under way.
  (sleep $((2 * warm_up + 90)) && "${java%java}jcmd" "$server" VM.native_memory baseline) > /dev/null 2>&1 &
  bench soak "Soak at 0.8 of capacity for $soak" --url http://127.0.0.1:18080 --pid "$server" --model "$xception" \
    --soak 0.8 --duration "$soak" --warm-up "${warm_up}s" --concurrency 8
  "${java%java}jcmd" "$server" VM.native_memory summary.diff > "$out/native-memory.txt" || true
  printf '\nNative memory since the soak has begun:\n\n```\n%s\n```\n' "$(grep -E '^Total|^ *Total|committed=' "$out/native-memory.txt" | head -20)" >> "$results"
  kill "$server"
  wait "$server" || true
fi
echo "$results"
exit $failed
