"""What any stage knows of text: sentences, terms, tables, structure; and, in `english`, English itself."""
