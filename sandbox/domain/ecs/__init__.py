"""ECS: zones and stock, images, security groups, launch templates, instances."""
