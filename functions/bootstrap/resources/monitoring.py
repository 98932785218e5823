"""CloudMonitor's service-linked role: the account's, shared by all that use CloudMonitor."""

from __future__ import annotations

from functions.bootstrap.records import BuildMove, Deed, DestroyMove, Gone, Ground, Ready, Write
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Role

_ROLE = "AliyunServiceRoleForCloudMonitor"
_SERVICE = "cloudmonitor.aliyuncs.com"


class MonitoringRole:
    """What lets CloudMonitor collect from the agents on the nodes, where `metrics` is wanted."""

    kind = "CloudMonitor role"

    def find(self, site: Site) -> Role | None:
        """GetRole."""
        return site.clouds.ram.role(_ROLE) if self._is_wanted(site) else None

    def know(self, ground: Ground, _found: Role | None) -> Ground:
        """Nothing else refers to it."""
        return ground

    def build(self, site: Site, found: Role | None) -> BuildMove:
        """CreateServiceLinkedRole."""
        if found is not None or not self._is_wanted(site):
            return Ready()
        manager = site.clouds.resource_manager
        deed = Deed("created", self.kind, _ROLE)
        return Write(deed, lambda: manager.create_service_linked_role(_SERVICE))

    def destroy(self, _site: Site, _found: Role | None) -> DestroyMove:
        """It stays: it bears no tag of ours, and others of the account may need it."""
        return Gone()

    def _is_wanted(self, site: Site) -> bool:
        return site.spec is not None and site.spec.metrics_somewhere
