"""Pictures: bytes in, bytes out. Nothing heavy is imported until one of the modules is."""
