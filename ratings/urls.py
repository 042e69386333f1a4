from django.urls import path

from ratings.views import evidence, register

app_name = "ratings"
urlpatterns = [
    path("chung-nhan/", register.register, name="register"),
    path("chung-nhan/xuat.<str:kind>", register.export, name="export"),
    path("ho-so/minh-chung/<int:pk>/", evidence.show, name="evidence"),
    path("chung-nhan/<str:number>/", register.certificate, name="certificate"),
]
