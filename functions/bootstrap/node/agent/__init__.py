"""The agent: what every node runs on its timer, from its first minute to its last.

This package is not part of the functions. Bootstrap reads its files and lets cloud-init install
them as `/opt/p2p-fleet/agent`, so it uses nothing but what an Ubuntu or Debian image has: Python
3.10, PyYAML (cloud-init's own) and systemd. Imports are relative, since here and there it stands
under different roots.
"""
