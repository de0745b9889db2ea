"""What is new, whom to tell, and telling it: novelty, ledger, routing, outbox, channels. Reads no pages."""
