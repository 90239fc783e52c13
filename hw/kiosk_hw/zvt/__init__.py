"""The ZVT wire (PA00P015, PA00P016): framings, fields, messages. No dialogue."""
