# train.sh APP PICTURE: records APP/server.aot. The server starts with random weights, answers under load for a while, refuses what is
# too much for a while, and ends. What is run a few hundred times counts as hot, so that a server compiles the way of a request at its start
# instead of after its 5000th answer. On more than some 30 cores 200 requests a second are not too much, and no refusal is recorded.
set -eu
app=$1 picture=$2
models=$(mktemp -d)
server=
# Where it fails outside of a container nothing stays behind.
trap '[ -z "$server" ] || kill $server 2>/dev/null || true; rm -rf "$models"' EXIT
# The proxy that nobody runs keeps it from downloading the real weights.
https_proxy=http://127.0.0.1:9 java -XX:AOTCacheOutput="$app/server.aot" -XX:CompileThresholdScaling=0.1 "@$app/java.options" -jar "$app/xception-server.jar" \
  serve --models "$models" --xception.model.when-missing=untrained --xception.session.provider=cpu &
server=$!
tries=0
until java "@$app/java.options" -jar "$app/xception-server.jar" health 2>/dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] # else the build fails, as where the server has ended: its log tells why
  kill -0 $server
  sleep 3
done
java "@$app/java.options" -jar "$app/xception-server.jar" health --classify --timeout 60
java "@$app/java.options" -jar "$app/xception-server.jar" bench --no-ceiling --images "$picture" \
  --concurrency 8 --rate 200 --rounds 1 --warm-up 0s --duration 20s
kill -TERM $server
wait $server || true # 143
server=
[ -s "$app/server.aot" ]
