"""What an analyst does with news after the first answer: who says what."""
