"""The technician's screen: what a lane told, put into words, lines and drawings. No I/O is here."""
