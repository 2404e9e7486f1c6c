"""The commands of `kentongan`, one a file: `add_arguments(parser)` says what it takes, `run(args)` does it.

A command is thin: it reads its arguments, calls the room that does the work and prints what came back.
"""
