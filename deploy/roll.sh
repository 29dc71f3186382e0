#!/usr/bin/env bash
# Replaces the containers of one service one at a time, each only when the one before is healthy, so that the others go on answering:
# for a new image or new settings. Compose itself would stop all of them at once.
# usage: deploy/roll.sh SERVICE [Compose's options, such as -f docker-compose.yml -f docker-compose.prod.yml]
set -euo pipefail
service="${1:?usage: $0 SERVICE [Compose\'s options]}"
shift
cd "$(dirname "$0")/.."
compose=(docker compose "$@")
old=()
while IFS= read -r id; do old+=("$id"); done < <("${compose[@]}" ps -q "$service")
[ ${#old[@]} -gt 0 ] || { echo "$service does not run" >&2; exit 1; }

for id in "${old[@]}"; do
  docker stop -t 60 "$id" >/dev/null
  docker rm -v "$id" >/dev/null
  "${compose[@]}" up -d --no-deps --no-recreate --no-build --scale "$service=${#old[@]}" --wait --wait-timeout 600 "$service" >/dev/null
  echo "$service: $("${compose[@]}" ps -q "$service" | wc -l) of ${#old[@]} healthy after ${id:0:12} was replaced"
done
