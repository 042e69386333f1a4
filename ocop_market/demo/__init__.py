"""The demo province (dữ liệu minh họa): invented producers with goods that really exist.

Planned without a database (kinds, words, names, plan), then built through the services that
everybody uses (build, orders). Every row is marked ``is_illustrative``.
"""
