"""What watches the machine under the lane, and what tells monitors of both. Decides nothing."""
