from ratings.admin import certificates, decisions, dossiers, imports

__all__ = ["certificates", "decisions", "dossiers", "imports"]
