"""The ways to use Citewell: the command line and the chat page. They translate, and never decide."""
