"""The poster of the posted code: what stands on it and where, and two ways to write it down."""
