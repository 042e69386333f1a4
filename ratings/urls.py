from django.urls import path

from ratings import views

app_name = "ratings"
urlpatterns = [
    path("chung-nhan/", views.register, name="register"),
    path("chung-nhan/xuat.<str:kind>", views.export, name="export"),
    path("chung-nhan/<str:number>/", views.certificate, name="certificate"),
]
