"""Research objects built new from a keep-list: identity stays where it belongs."""
