"""The study's maps, regions and measurements as objects that other programs open."""
