"""Every publisher against its stand-in, by the contract they share."""
