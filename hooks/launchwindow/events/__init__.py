"""What can happen, one module each: the only code that joins the core with its effects."""
