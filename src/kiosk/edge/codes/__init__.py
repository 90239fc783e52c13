"""Payment by code on the machine: keys read, gateways made, the counter joined to the lane."""
