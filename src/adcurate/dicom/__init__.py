"""DICOM objects to and from the model. Import the modules by name: this package re-exports nothing."""
