"""GitHub's REST API, by way of PyGithub."""
