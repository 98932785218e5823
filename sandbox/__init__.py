"""An Alibaba Cloud on loopback that the real, unmodified SDKs talk to."""
