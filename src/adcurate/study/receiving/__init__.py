"""Objects come in: from files, over the network; stored, known already, quarantined or left alone."""
