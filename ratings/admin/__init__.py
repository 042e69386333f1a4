from ratings.admin import certificates, councils, criteria, decisions, dossiers, imports, rules

__all__ = ["certificates", "councils", "criteria", "decisions", "dossiers", "imports", "rules"]
