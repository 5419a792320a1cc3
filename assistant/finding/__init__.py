"""Every document that mentions something, exhaustively: what is looked for, where it stands, and the count as an answer."""
