"""What passes on a wire, told frame by frame for technicians. Nothing secret is told."""
