"""The HTTP API for programs, and what OpenAI's clients speak: both translate to `Assistant`, and decide nothing."""
