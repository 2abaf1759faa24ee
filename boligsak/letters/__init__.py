"""Letters and documents: from words and facts to a PDF that can be archived."""
