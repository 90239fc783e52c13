"""The tables of the lane's machines. Everything that a state can do is here, and nowhere else."""
