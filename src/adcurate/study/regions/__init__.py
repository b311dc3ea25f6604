"""What readers drew, here or elsewhere: brought onto images of the study and measured."""
