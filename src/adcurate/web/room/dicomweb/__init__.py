"""DICOMweb over the research objects, for programs that hold the server's token; never for readers."""
