#!/bin/sh
# Gives the platform a user of its own. It is an administrator: reading $all, which every read model does, is theirs alone.
set -eu
server=https://kurrentdb-1:2113
admin="admin:$(cat /run/secrets/kurrentdb-admin)"
password=$(cat /run/secrets/kurrentdb-user)
ask() { curl --silent --show-error --fail --cacert /run/secrets/ca.crt --user "$admin" "$@"; }
until ask "$server/health/live" > /dev/null; do sleep 2; done
ask "$server/users/cytoledger" > /dev/null 2>&1 && exit 0
printf '{"loginName":"cytoledger","fullName":"Cytoledger","groups":["$admins"],"password":"%s"}' "$password" |
  ask --header 'content-type: application/json' --data-binary @- "$server/users"
