# Records /app/server.aot: the server starts with random weights, classifies a few pictures and ends.
set -eu
# The proxy that nobody runs keeps it from downloading the real weights.
https_proxy=http://127.0.0.1:9 java -XX:AOTCacheOutput=/app/server.aot @/app/java.options -jar /app/xception-server.jar \
  serve --models /tmp/models --xception.model.when-missing=untrained --xception.session.provider=cpu &
server=$!
tries=0
until java @/app/java.options -jar /app/xception-server.jar health 2>/dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] && kill -0 $server # else the build fails: the server's log tells why
  sleep 3
done
for _ in 1 2 3; do
  java @/app/java.options -jar /app/xception-server.jar health --classify --timeout 60
done
kill -TERM $server
wait $server || true # 143
[ -s /app/server.aot ]
rm -r /tmp/models
