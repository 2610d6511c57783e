"""prompts.js in a real browser, on the pages of a newspaper that is not ours."""
