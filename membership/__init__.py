"""Everything a reader touches: accounts, pages, prompts, letters and supporter status."""
