"""The Model Context Protocol: agents and editors search, ask and read the corpus, over stdio and over HTTP."""
