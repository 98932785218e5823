"""The sandbox's wire layer: HTTP, signatures, parameters, faults and the admin interface."""
