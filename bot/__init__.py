"""The Slack face of Alongside."""
