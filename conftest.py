"""The tests' own rules (tests/suite.py) and real servers (tests/servers.py), for every test."""

pytest_plugins = ("tests.suite", "tests.servers", "tests.dovecot", "tests.graph_double")
