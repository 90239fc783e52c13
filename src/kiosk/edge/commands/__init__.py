"""The commands of the command line, one file each: `execute(arguments, out) -> exit code`."""
