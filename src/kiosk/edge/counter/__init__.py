"""The counter between lanes and the pay page: a small file, through which alone they talk.

A flood at the page never locks the journal, and the page has no other way to a lane.
"""
