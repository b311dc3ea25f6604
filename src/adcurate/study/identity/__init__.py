"""De-identification for sending elsewhere, and the receipt of what was removed."""
