"""An independent model of the process, and a machine that drives the real commands beside it."""
