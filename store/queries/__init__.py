"""Named queries, one module for each part of the program that asks them."""
