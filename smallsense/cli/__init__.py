"""The command line: serve, check, fix, models, bench, doctor, train."""
