"""The framework's own event: somebody signed in with a cart under the arm."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from orders import visits


@receiver(user_logged_in, dispatch_uid="orders.carry_cart_over")
def carry_cart_over(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "session"):
        visits.carry_over(request.session, user)
