#!/usr/bin/env bash
# Fetches or renews a certificate from Let's Encrypt and lets the running gateway use it. Run it daily: it renews what is near its end.
# usage: deploy/certificates/lets-encrypt.sh host.name mail@address
set -euo pipefail
host="${1:?usage: $0 host.name mail@address}"
mail="${2:?usage: $0 host.name mail@address}"
cd "$(dirname "$0")/../.."
deploy="$PWD/deploy"
mkdir -p "$deploy/nginx/ssl" "$deploy/nginx/acme" "$deploy/certificates/letsencrypt"
docker run --rm -v "$deploy/nginx/acme:/webroot" -v "$deploy/certificates/letsencrypt:/etc/letsencrypt" \
  certbot/certbot certonly --non-interactive --agree-tos --keep-until-expiring --webroot -w /webroot -d "$host" -m "$mail"
live="$deploy/certificates/letsencrypt/live/$host"
install -m 644 "$live/fullchain.pem" "$deploy/nginx/ssl/cert.pem"
install -m 600 "$live/privkey.pem" "$deploy/nginx/ssl/key.pem"
docker compose -f docker-compose.yml -f docker-compose.prod.yml exec -T nginx nginx -s reload
