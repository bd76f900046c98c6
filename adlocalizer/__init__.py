"""adlocalizer: one product shot and a table of cities in; checked, typeset, bundled ads out."""

__version__ = "0.1.0"
