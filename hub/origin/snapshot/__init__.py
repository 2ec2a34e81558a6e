"""What the chain said, kept on site: works without a line and says of when it is."""
