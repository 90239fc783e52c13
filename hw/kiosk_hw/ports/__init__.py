"""What every make of a device has in common: commands, events, money, plates and the party's verbs."""
