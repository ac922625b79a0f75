#!/bin/bash
# Formats the folder of a node when it is new, with the passwords of those who may come, and starts the broker. NODE is its number.
set -euo pipefail
kafka=${KAFKA_HOME:-/opt/kafka}/bin
properties=${PROPERTIES:-/tmp/broker.properties}
secrets=${SECRETS:-/run/secrets}
sed "s/NODE/$NODE/g" "${TEMPLATE:-/cluster/broker.properties}" > "$properties"
users=()
for user in admin cytoledger qc-centre laboratory; do
  users+=(--add-scram "SCRAM-SHA-512=[name=$user,password=$(cat "$secrets/kafka-$user")]")
done
"$kafka/kafka-storage.sh" format --ignore-formatted --cluster-id "$(cat "$secrets/kafka-cluster-id")" --config "$properties" "${users[@]}"
exec "$kafka/kafka-server-start.sh" "$properties"
