"""A month of many people in a few minutes, with everything used and everything in trouble.

Real processes of the bot, one PostgreSQL, a practice workspace in a process of its own. `rig` runs
and breaks them, `deeds` are what people do, `month` is how time passes, `promises` judges. What
judges (`told`, `screens`, `promises` and what they import) knows nothing of the bot but what people
read: none of it imports `bot`, `storage` or `domain`, and a test holds that.
"""
