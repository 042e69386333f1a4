from ratings.admin import certificates, councils, decisions, imports

__all__ = ["certificates", "councils", "decisions", "imports"]
