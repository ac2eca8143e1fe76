# docker build -t xception-server:0.1.0 .                          CPU
# docker build -t xception-server:0.1.0-cuda --target cuda .       CUDA 12 and cuDNN 9
#
# docs/operations.md: proxies, mirrors and private CAs (MAVEN_ARGS, JDK_IMAGE, ...), a model in the image (MODELS).
ARG JDK_IMAGE=eclipse-temurin:25-jdk-noble
ARG JRE_IMAGE=eclipse-temurin:25-jre-noble
ARG CUDA_IMAGE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

# ---- The jar. It is made on the platform that builds, for the platform that runs.
FROM --platform=$BUILDPLATFORM ${JDK_IMAGE} AS source
WORKDIR /build
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY models/xception/model.yaml models/xception/labels.txt models/xception/
COPY src/main src/main
ARG TARGETARCH
# Maven reads it by itself: --build-arg MAVEN_ARGS="-Dhttps.proxyHost=... -Dhttps.proxyPort=..."
ARG MAVEN_ARGS=""
ENV BUILD="./mvnw --batch-mode --no-transfer-progress --quiet package \
    -Dmaven.test.skip -Denforcer.skip -Dspotless.check.skip"

FROM source AS jar-cpu
RUN --mount=type=cache,target=/root/.m2 \
    case $TARGETARCH in amd64) platform=linux-x86_64 ;; arm64) platform=linux-arm64 ;; esac; \
    $BUILD -Djavacpp.platform=$platform

FROM source AS jar-cuda
RUN --mount=type=cache,target=/root/.m2 $BUILD -Pcuda -Djavacpp.platform=linux-x86_64

# ---- The jar in layers, and its native libraries as files.
FROM ${JDK_IMAGE} AS unpacked-cpu
COPY src/deploy/image/ /image/
RUN --mount=from=jar-cpu,source=/build/target,target=/target sh /image/unpack.sh /target/xception-server.jar /layers

FROM ${JDK_IMAGE} AS unpacked-cuda
COPY src/deploy/image/ /image/
RUN --mount=from=jar-cuda,source=/build/target,target=/target sh /image/unpack.sh /target/xception-server.jar /layers

# ---- What runs, but for the AOT cache.
FROM ${JRE_IMAGE} AS jre

FROM jre AS runtime-cpu
# Two malloc arenas keep native memory from fragmenting.
ENV LD_LIBRARY_PATH=/app/native MALLOC_ARENA_MAX=2 ORT_DISABLE_TELEMETRY=1
COPY --from=unpacked-cpu /layers/dependencies/ /app/
COPY --from=unpacked-cpu /layers/native/ /app/native/
COPY --from=unpacked-cpu /layers/application/ /app/
COPY src/deploy/image/java.options /app/

FROM ${CUDA_IMAGE} AS runtime-cuda
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:$PATH LANG=C.UTF-8 \
    LD_LIBRARY_PATH=/app/native:$LD_LIBRARY_PATH MALLOC_ARENA_MAX=2 ORT_DISABLE_TELEMETRY=1
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
COPY --from=unpacked-cuda /layers/dependencies/ /app/
COPY --from=unpacked-cuda /layers/native/ /app/native/
COPY --from=unpacked-cuda /layers/application/ /app/
COPY src/deploy/image/java.options /app/

# ---- The AOT cache, recorded while the server starts and answers under load; and the models that MODELS names, if any.
FROM runtime-cpu AS prepared-cpu
COPY src/deploy/image/*.sh docs/images/sample.png /image/
RUN sh /image/train.sh /app /image/sample.png
ARG MODELS=""
RUN sh /image/prefetch.sh $MODELS

FROM runtime-cuda AS prepared-cuda
COPY src/deploy/image/*.sh docs/images/sample.png /image/
RUN sh /image/train.sh /app /image/sample.png
ARG MODELS=""
RUN sh /image/prefetch.sh $MODELS

# ---- The images. No shell is needed from here on.
# The health check is a second JVM: options meant for the server, such as a port for JMX, would break it.
FROM runtime-cuda AS cuda
COPY --from=prepared-cuda /app/server.aot /app/
COPY --from=prepared-cuda --chown=10001:10001 /models /models
ENV XCEPTION_MODEL_DIRECTORY=/models
WORKDIR /app
USER 10001:10001
EXPOSE 8080 8081
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --start-interval=3s CMD \
    ["env", "-u", "JAVA_TOOL_OPTIONS", "-u", "JDK_JAVA_OPTIONS", "-u", "_JAVA_OPTIONS", \
    "java", "-XX:AOTCache=/app/server.aot", "@/app/java.options", "-XX:TieredStopAtLevel=1", "-jar", "/app/xception-server.jar", "health"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/server.aot", "@/app/java.options", "-jar", "/app/xception-server.jar"]
CMD ["serve"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Xception Server" \
    org.opencontainers.image.description="Image classification over HTTP: a Keras Xception in ONNX Runtime on CUDA" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION

FROM runtime-cpu AS cpu
COPY --from=prepared-cpu /app/server.aot /app/
COPY --from=prepared-cpu --chown=10001:10001 /models /models
ENV XCEPTION_MODEL_DIRECTORY=/models
WORKDIR /app
USER 10001:10001
EXPOSE 8080 8081
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --start-interval=3s CMD \
    ["env", "-u", "JAVA_TOOL_OPTIONS", "-u", "JDK_JAVA_OPTIONS", "-u", "_JAVA_OPTIONS", \
    "java", "-XX:AOTCache=/app/server.aot", "@/app/java.options", "-XX:TieredStopAtLevel=1", "-jar", "/app/xception-server.jar", "health"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/server.aot", "@/app/java.options", "-jar", "/app/xception-server.jar"]
CMD ["serve"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Xception Server" \
    org.opencontainers.image.description="Image classification over HTTP: a Keras Xception in ONNX Runtime" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
