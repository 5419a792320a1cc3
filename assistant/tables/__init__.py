"""Tables of the documents, typed and kept, and questions over them turned into SQL."""
