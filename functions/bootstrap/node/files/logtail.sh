#!/bin/sh
# Install Logtail from the region's own mirror; systemd repeats this until it succeeds.
set -eu
region=$(python3 -c 'import json; print(json.load(open("/etc/p2p-fleet/node.json"))["region"])')
script=$(mktemp)
trap 'rm -f "$script"' EXIT
curl --fail --silent --show-error --retry 3 --max-time 300 --output "$script" \
  "http://logtail-release-${region}.oss-${region}-internal.aliyuncs.com/linux64/logtail.sh"
sh "$script" install "$region"
