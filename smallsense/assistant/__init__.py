"""One request from start to end: which skills run, with which settings, over which scopes."""
