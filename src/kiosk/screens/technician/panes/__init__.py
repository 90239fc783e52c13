"""One pane each: what it says of what is known, as lines. Per kind of port, never per vendor."""
