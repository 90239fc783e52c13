"""The rooms of the gateway's host: its connection, its errands, and how the gateway stands."""
