#!/usr/bin/env bash
# Makes the secret files of docker-compose.prod.yml in deploy/secrets: random where there is none, and never changes one that is there.
# usage: deploy/secrets.sh
set -euo pipefail
cd "$(dirname "$0")"
# The folder is the owner's alone; the files are read by the containers' users, who are others.
mkdir -p secrets
chmod 700 secrets
cd secrets

random() { openssl rand -hex 24; }

keep() { # name, value
  [ -s "$1" ] || printf '%s' "$2" >"$1"
  chmod 444 "$1"
}

[ -f ../../.env ] && user="$(sed -n 's/^POSTGRES_USER=//p' ../../.env)" && name="$(sed -n 's/^POSTGRES_DB=//p' ../../.env)"
keep POSTGRES_PASSWORD "$(random)"
keep REDIS_PASSWORD "$(random)"
keep QDRANT_API_KEY "$(random)"
keep ADMIN_TOKEN "$(random)"
keep SECRET_KEY "$(random)"
keep DATABASE_URL "postgresql://${user:-selfrag}:$(cat POSTGRES_PASSWORD)@db:5432/${name:-kb}"
keep REDIS_URL "redis://:$(cat REDIS_PASSWORD)@redis:6379"
echo "deploy/secrets: $(ls | tr '\n' ' ')"
