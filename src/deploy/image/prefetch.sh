# prefetch.sh [NAME...]: downloads and imports models into /models; without a name the folder stays empty.
set -eu
mkdir -p /models
[ $# -eq 0 ] || java @/app/java.options -jar /app/xception-server.jar prefetch --models /models "$@"
