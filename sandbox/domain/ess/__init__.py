"""Auto Scaling (ESS), version 2022-02-22: groups, activities, instances, scheduled tasks, tags."""
