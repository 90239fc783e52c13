"""What is wrong with a lane, as one model for every screen, command and monitor. No I/O is here."""
