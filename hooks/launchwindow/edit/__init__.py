"""Changes to the files that people write: bytes in, bytes out."""
