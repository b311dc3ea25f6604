"""Receiving over the web (DICOMweb STOW): what a PACS or a script sends is stored through the one way in."""
