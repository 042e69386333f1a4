from ratings.admin import certificates, decisions, imports

__all__ = ["certificates", "decisions", "imports"]
