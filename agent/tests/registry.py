"""Which tests there are. A test is a function of a Python (runs.py) that raises what is wrong; its name, with spaces, is
what is printed."""
TESTS = []


class Skip(Exception):
    """This test cannot run here, and why."""


def test(function):
    """It runs on each Python."""
    TESTS.append((function.__name__.replace("_", " "), function))
    return function


def once(function):
    """It runs on the newest Python alone."""
    function.is_once = True
    return test(function)
