"""The arithmetic of the blackboard, in numpy and plain torch."""
