"""Block Kit: data in, blocks out. Plain dictionaries, because they are made on every answer.

Whatever a person typed is shown as `plain_text`, which Slack never reads for mentions or links.
"""
