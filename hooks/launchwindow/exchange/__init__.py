"""What goes in and out: the IdP's own files, exports, drift."""
