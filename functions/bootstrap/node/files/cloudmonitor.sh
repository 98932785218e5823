#!/bin/sh
# Install CloudMonitor's agent from the region's own mirror; systemd repeats this until it succeeds.
set -eu
region=$(python3 -c 'import json; print(json.load(open("/etc/p2p-fleet/node.json"))["region"])')
script=$(mktemp)
trap 'rm -f "$script"' EXIT
curl --fail --silent --show-error --retry 3 --max-time 300 --output "$script" \
  "https://cms-agent-${region}.oss-${region}-internal.aliyuncs.com/Argus/agent_install-1.13.sh"
ARGUS_VERSION=3.5.12 bash "$script"
