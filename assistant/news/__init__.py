"""What an analyst does with news after the first answer: who says what, what happened when, what is new, a briefing."""
