"""A question becomes an answer: understood, searched, weighed, answered or declined, and cited."""
