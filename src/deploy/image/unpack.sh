# unpack.sh JAR LAYERS: the layers of the jar, with the native libraries of this platform as files in LAYERS/native.
set -eu
jar=$1 layers=$2
java -Djarmode=tools -jar "$jar" extract --layers --destination "$layers"
lib=$layers/dependencies/lib native=$layers/native
mkdir "$native"

# ONNX Runtime: its jar carries the libraries of every platform; it keeps its classes only.
case $(uname -m) in x86_64) platform=linux-x64 ;; aarch64) platform=linux-aarch64 ;; esac
onnxruntime=$(echo "$lib"/onnxruntime*.jar)
mkdir /tmp/onnxruntime
cd /tmp/onnxruntime
jar --extract --file "$onnxruntime"
mv ai/onnxruntime/native/$platform/*.so "$native"
rm -r ai/onnxruntime/native
jar --create --no-manifest --file "$onnxruntime" .

# OpenCV: JavaCPP unpacks the few libraries that are used when the class is loaded; the jars of libraries can go.
java --enable-native-access=ALL-UNNAMED -Dorg.bytedeco.javacpp.cachedir=/tmp/javacpp -cp "$lib/*" /image/LoadOpenCv.java
find /tmp/javacpp -type f -name '*.so*' -not -name 'libjniopenblas*' -not -name '*_nolapack*' -exec cp {} "$native" \;
rm "$lib"/opencv-*-linux-*.jar "$lib"/openblas-*-linux-*.jar "$lib"/javacpp-*-linux-*.jar

# The bill of materials, where scanners find it.
cd "$layers/application"
jar --extract --file xception-server.jar META-INF/sbom/application.cdx.json
mkdir sbom
mv META-INF/sbom/application.cdx.json sbom/
rm -r META-INF
