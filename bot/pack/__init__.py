"""The papers on data protection, made from the files and the code that the bot itself goes by.

`papers(facts)` gives the texts; `bot.content.papers` has what is written by hand in them.
"""
