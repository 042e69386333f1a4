from ratings.admin import certificates, councils, criteria, decisions, dossiers, imports, own_dossiers, rules

__all__ = [
    "certificates",
    "councils",
    "criteria",
    "decisions",
    "dossiers",
    "imports",
    "own_dossiers",
    "rules",
]
