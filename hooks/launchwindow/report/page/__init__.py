"""The page of a pull request in GitHub's Markdown: what a reviewer reads before approving (design §10)."""
