from ratings.admin import certificates, criteria, decisions, dossiers, imports, rules

__all__ = ["certificates", "criteria", "decisions", "dossiers", "imports", "rules"]
