"""Payment by code: the orders at gateways, what is offered on the lane's screen and elsewhere."""
