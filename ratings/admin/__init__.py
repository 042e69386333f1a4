from ratings.admin import certificates, decisions, imports, own_dossiers

__all__ = ["certificates", "decisions", "imports", "own_dossiers"]
