"""The commands, one a module: parse, call, report."""
