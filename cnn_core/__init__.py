"""CNN Lab's model core: networks, tasks and explanations, without any browser library."""
