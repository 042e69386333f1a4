"""One command runs the market: services, processes and the checks around them.

Nothing here imports Django at module level, so that this package can start the database
before settings are read, and settings can ask ``locate`` where that database listens.
"""
