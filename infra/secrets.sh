#!/bin/sh
# Makes what infra/compose.yaml needs and nobody else may have: an authority of your own, certificates of every server, passwords and keys.
# Run it once, as the user that the containers run as (1000): sh infra/secrets.sh [folder]. What is there already is left as it is.
set -eu
umask 077
at=${1:-$(dirname "$0")/secrets}
days=825
mkdir -p "$at/ca" "$at/attestation"
cd "$at"

kept() { [ -s "$1" ]; }
random() { openssl rand -base64 "$1" | tr -d '\n=' | tr '+/' '-_'; }

kept ca/ca.crt || openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days 3650 -subj '/CN=Cytoledger cluster authority' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca/ca.key -out ca/ca.crt 2>/dev/null

# certificate <file> <common name> <host>: key and certificate in files of their own, and both in one (PEM, as Kafka takes it).
certificate() {
  kept "$1.crt" && return
  openssl req -new -newkey rsa:3072 -nodes -sha256 -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$3" > "$1.ext"
  openssl x509 -req -sha256 -days $days -in "$1.csr" -CA ca/ca.crt -CAkey ca/ca.key -CAcreateserial -extfile "$1.ext" -out "$1.crt" 2>/dev/null
  openssl pkcs8 -topk8 -nocrypt -in "$1.key" -out "$1.pk8"
  cat "$1.pk8" "$1.crt" > "$1.pem"
  rm "$1.csr" "$1.ext" "$1.pk8"
}
for n in 1 2 3; do
  # The servers of a KurrentDB cluster know one another by one common name.
  certificate kurrentdb-$n kurrentdb-node kurrentdb-$n
  certificate kafka-$n kafka-$n kafka-$n
done
certificate vault command-1 command-1

for name in kurrentdb-admin kurrentdb-ops kurrentdb-user kafka-admin kafka-cytoledger kafka-qc-centre kafka-laboratory vault-token grafana-admin; do
  kept "$name" || random 30 > "$name"
done
for name in nonce.key alias.key vault-master.key; do
  kept "$name" || openssl rand 32 > "$name"
done
kept kafka-cluster-id || random 16 | cut -c 1-22 > kafka-cluster-id

hosts=kurrentdb-1:2113,kurrentdb-2:2113,kurrentdb-3:2113
kept event-store-url || printf 'esdb://cytoledger:%s@%s?tls=true&tlsCAFile=/run/secrets/ca.crt\n' "$(cat kurrentdb-user)" "$hosts" > event-store-url
kept kafka-admin.properties || printf '%s\n' 'security.protocol=SASL_SSL' 'sasl.mechanism=SCRAM-SHA-512' 'ssl.truststore.type=PEM' \
  'ssl.truststore.location=/run/secrets/ca.crt' \
  "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"admin\" password=\"$(cat kafka-admin)\";" > kafka-admin.properties
# From your identity provider, with role log.monitor: put it here.
[ -e monitor-token ] || : > monitor-token
