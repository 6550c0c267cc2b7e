"""Use cases. Each owns its transactions and knows no Slack."""
