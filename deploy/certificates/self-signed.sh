#!/usr/bin/env bash
# A certificate that clients must be told to trust: for trying out, and until Let's Encrypt has sent one.
# usage: deploy/certificates/self-signed.sh [host name]
set -euo pipefail
cd "$(dirname "$0")/.."
host="${1:-localhost}"
mkdir -p nginx/ssl nginx/acme
openssl req -x509 -nodes -newkey rsa:2048 -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host,IP:127.0.0.1" \
  -keyout nginx/ssl/key.pem -out nginx/ssl/cert.pem 2>/dev/null
chmod 600 nginx/ssl/key.pem
echo "deploy/nginx/ssl/cert.pem for $host"
