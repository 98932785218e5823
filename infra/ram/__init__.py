"""Who of the fleet may do what in RAM: policy documents, and who may assume which role."""
