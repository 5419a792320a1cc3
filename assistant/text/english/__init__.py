"""What is known of English alone: its words for numbers, times, quantities and peoples, as tables and patterns."""
