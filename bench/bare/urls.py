from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from catalog.models import Product


def newest(request: HttpRequest) -> HttpResponse:
    """One indexed query, twenty cards."""
    products = Product.objects.filter(status="published").order_by("-published_at", "-id")[:20]
    return render(request, "bare.html", {"products": products})


urlpatterns = [path("", newest)]
