"""Listening on this machine alone: addresses, UNIX sockets, lines of JSON. Knows no lane."""
