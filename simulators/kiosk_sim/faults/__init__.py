"""Every named fault, planted where it arises: in the world, a device, its line, or the machine."""
