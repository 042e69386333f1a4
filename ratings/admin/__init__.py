from ratings.admin import certificates, criteria, decisions, imports, rules

__all__ = ["certificates", "criteria", "decisions", "imports", "rules"]
