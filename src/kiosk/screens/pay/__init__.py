"""The pay page as drivers see it: its words, its HTML, what a request means. No clock, socket, file
but the texts, and nothing of a lane."""
