"""HTTP/1.1 as bytes: requests taken, answers made. No socket and no path lives here."""
