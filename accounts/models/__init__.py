from accounts.models.assignment import Address, Assignment, Role
from accounts.models.user import User

__all__ = ["Address", "Assignment", "Role", "User"]
