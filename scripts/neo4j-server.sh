#!/usr/bin/env bash
# A Neo4j 5.26 LTS community server for tests and trials, without Docker: its jars come from Maven Central.
# Needs Java 17 or 21, and Maven the first time.
#
#   neo4j-server.sh fetch                 the jars into the cache (125 MB)
#   neo4j-server.sh start FOLDER          starts a server that keeps everything in FOLDER, on a free port of this machine,
#                                         with a random password; prints MEDGRAFT_NEO4J_URI=, _USER= and _PASSWORD= lines
#   neo4j-server.sh stop FOLDER
#   neo4j-server.sh import FOLDER ARG...  neo4j-admin database import full ARG... into a stopped or new FOLDER
#
# MEDGRAFT_NEO4J_CACHE (default ~/.cache/medgraft/neo4j), MEDGRAFT_NEO4J_HEAP (1g), MEDGRAFT_NEO4J_ATTACHED (not empty: the
# server ends with the process group that started it)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's:.*<neo4j.version>\(.*\)</neo4j.version>.*:\1:p' "$here/neo4j/pom.xml")
cache=${MEDGRAFT_NEO4J_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/medgraft/neo4j}
jars=$cache/$version
heap=${MEDGRAFT_NEO4J_HEAP:-1g}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
detach=setsid
[ -z "${MEDGRAFT_NEO4J_ATTACHED:-}" ] || detach=
patience=120   # seconds until the server has to answer

fail() { echo "neo4j-server: $*" >&2; exit 1; }

check_java() {
  command -v "$java" > /dev/null || fail "there is no java; install Java 17 or 21"
  local major
  major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "$major" = 17 ] || [ "$major" = 21 ] || fail "Java $major found, Neo4j $version wants 17 or 21 (set JAVA_HOME)"
}

fetch() {
  check_java
  [ -f "$jars/.complete" ] && return
  command -v mvn > /dev/null || fail "there is no mvn to fetch the jars with"
  mkdir -p "$cache"
  # Two that fetch at once would write over each other.
  exec 9> "$cache/fetch.lock"
  flock 9
  if [ ! -f "$jars/.complete" ]; then
    echo "neo4j-server: fetching Neo4j $version from Maven Central ..." >&2
    rm -rf "$jars"
    mvn --quiet --batch-mode -Dstyle.color=never --file "$here/neo4j/pom.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$jars" >&2 || fail "Maven Central did not give the jars"
    touch "$jars/.complete"
  fi
  exec 9>&-
}

# The process of FOLDER's server, when it is still that.
pid_of() {
  local pid
  pid=$(cat "$1/run/pid" 2> /dev/null) || return 1
  tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -- "--home-dir=$1 " && echo "$pid"
}

port_is_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 20000))
    port_is_open "$port" || { echo "$port"; return; }
  done
  fail "found no free port"
}

admin() {
  local home=$1
  shift
  NEO4J_HOME=$home NEO4J_CONF=$home/conf "$java" -Xmx1g -cp "$jars/*" org.neo4j.cli.AdminTool "$@"
}

# Transaction logs are not kept: they would be 1.8 GB for a million edges.
configure() {
  local home=$1 port=$2
  mkdir -p "$home"/{conf,data,import,licenses,logs,plugins,run}
  cat > "$home/conf/neo4j.conf" << END
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:$port
server.bolt.advertised_address=127.0.0.1:$port
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size=$heap
server.memory.heap.max_size=$heap
server.memory.pagecache.size=256m
dbms.usage_report.enabled=false
db.tx_log.rotation.retention_policy=keep_none
db.tx_log.preallocate=false
END
}

# Bolt answers a moment after its port is open: shake hands and wait for the version that it chooses.
answers() {
  local reply
  # shellcheck disable=SC2016
  reply=$(timeout 2 bash -c '
    exec 3<> "/dev/tcp/127.0.0.1/$1"
    printf "\x60\x60\xb0\x17\x00\x08\x08\x05\x00\x02\x04\x04\x00\x00\x00\x00\x00\x00\x00\x00" >&3
    head -c 4 <&3 | od -An -tx1' _ "$1" 2> /dev/null) || return 1
  [ -n "${reply// /}" ]
}

tell() {
  printf 'MEDGRAFT_NEO4J_URI=bolt://127.0.0.1:%s\nMEDGRAFT_NEO4J_USER=neo4j\nMEDGRAFT_NEO4J_PASSWORD=%s\n' \
    "$(cat "$1/run/port")" "$(cat "$1/run/password")"
}

start() {
  local home=$1 port pid end
  pid_of "$home" > /dev/null && { tell "$home"; return; }
  fetch
  port=$(free_port)
  configure "$home" "$port"
  if [ ! -f "$home/run/password" ]; then
    (umask 077; od -An -N 18 -tx1 /dev/urandom | tr -d ' \n' > "$home/run/password")
    admin "$home" dbms set-initial-password "$(cat "$home/run/password")" > "$home/logs/admin.log" 2>&1 ||
      { rm "$home/run/password"; cat "$home/logs/admin.log" >&2; fail "cannot set the password"; }
  fi
  echo "$port" > "$home/run/port"
  # shellcheck disable=SC2086
  $detach "$java" -Xms"$heap" -Xmx"$heap" -XX:+UseG1GC -XX:-OmitStackTraceInFastThrow -XX:+DisableExplicitGC \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED \
    --enable-native-access=ALL-UNNAMED -Dio.netty.tryReflectionSetAccessible=true -Dlog4j2.disable.jmx=true \
    -Dfile.encoding=UTF-8 -cp "$jars/*" org.neo4j.server.CommunityEntryPoint \
    --home-dir="$home" --config-dir="$home/conf" > "$home/logs/console.log" 2>&1 < /dev/null &
  pid=$!
  echo "$pid" > "$home/run/pid"
  end=$((SECONDS + patience))
  until port_is_open "$port" && answers "$port"; do
    kill -0 "$pid" 2> /dev/null || { tail -n 20 "$home/logs/console.log" >&2; fail "the server ended while starting"; }
    [ "$SECONDS" -lt "$end" ] || { kill "$pid"; fail "no answer within $patience s"; }
    sleep 0.2
  done
  tell "$home"
}

stop() {
  local home=$1 pid
  pid=$(pid_of "$home") || return 0
  kill "$pid"
  for _ in $(seq 300); do
    kill -0 "$pid" 2> /dev/null || { rm -f "$home/run/pid"; return 0; }
    sleep 0.1
  done
  kill -9 "$pid"
}

import() {
  local home=$1
  shift
  pid_of "$home" > /dev/null && fail "stop the server first"
  fetch
  [ -f "$home/conf/neo4j.conf" ] || configure "$home" 7687
  admin "$home" database import full --overwrite-destination=true --report-file="$home/logs/import.report" "$@"
}

action=${1:-}
case $action in
  fetch) fetch ;;
  start | stop | import)
    [ -n "${2:-}" ] || fail "$action needs a folder"
    mkdir -p "$2"
    home=$(cd "$2" && pwd)
    shift 2
    "$action" "$home" "$@"
    ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac
