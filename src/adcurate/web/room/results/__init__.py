"""What a statistician gets: progress, the design and protocol, and results after the last lock."""
