"""The driver's screen as a web page: its files, its texts, and what it is told once. No server."""
