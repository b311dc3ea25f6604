"""How is the answer to a kind of question repeated in R? One module for kinds that share their methods."""
