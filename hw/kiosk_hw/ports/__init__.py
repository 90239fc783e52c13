"""What every make of a device has in common: commands, events, money, plates, the verbs."""
