"""The way in for technicians: what a lane shows them, and what they may ask of it."""
