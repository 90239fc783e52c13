"""The parts of the cash register's half of ZVT. The party itself is `kiosk_hw.hosts.zvt_ecr`."""
