"""An embedded, strict, Slack-compatible workspace of made-up people, with a web page."""
