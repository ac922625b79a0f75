#!/bin/bash
# Tells the brokers who may do what. The calls are those of `node services/relay/src/print-acls.ts`, which the container that goes before has written.
set -euo pipefail
export PATH="$PATH:/opt/kafka/bin" KAFKA_BROKERS=kafka-1:9093
cd /run/secrets && ln -sf /run/secrets/kafka-admin.properties /tmp/admin.properties && cd /tmp
until kafka-broker-api-versions.sh --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties > /dev/null; do sleep 2; done
. /acls/acls.sh
