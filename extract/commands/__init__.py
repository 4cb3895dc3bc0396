"""The commands, one file a group: arguments and messages only; heavy imports stand inside the functions."""
