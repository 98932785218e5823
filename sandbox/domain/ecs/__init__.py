"""ECS: what is sold where, images, security groups, launch templates, instances, prices."""
