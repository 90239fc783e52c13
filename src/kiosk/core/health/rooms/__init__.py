"""One room per kind of device: what its events and counters prove, and nothing else."""
