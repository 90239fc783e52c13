"""The store: journal, stays, orders and keys in embedded SQLite. It knows no device or screen."""
