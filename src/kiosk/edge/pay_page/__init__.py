"""The pay page's process: sockets that strangers reach, and what answers them. Nothing of a lane.

It holds no key of a barrier or a merchant, and knows no way to a lane but the counter's file.
"""
