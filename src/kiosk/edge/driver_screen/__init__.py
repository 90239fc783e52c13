"""What the driver's screen is served by: its page, its port for staff tools, its codes."""
