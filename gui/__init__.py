"""Qt terminal of the lane; knows the lane API and nothing else."""
