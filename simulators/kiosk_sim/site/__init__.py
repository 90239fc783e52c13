"""The composition room: the only one of the simulators that may import the controller."""
