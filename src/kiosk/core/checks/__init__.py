"""Guided checks: what a technician does at a lane, and what must be seen of it. Pure."""
