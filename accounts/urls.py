"""Sign-in and one's own pages. allauth's names stay without namespace, as allauth reverses them."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from accounts import views

pages = [
    path("", views.home, name="home"),
    path("ho-so/", views.profile, name="profile"),
    path("dia-chi/", views.address, name="address-add"),
    path("dia-chi/<int:pk>/", views.address, name="address"),
    path("dia-chi/<int:pk>/xoa/", views.address_remove, name="address-remove"),
]

urlpatterns = [
    path("", include((pages, "accounts"))),
    path("dang-nhap/", allauth.login, name="account_login"),
    path("dang-xuat/", allauth.logout, name="account_logout"),
    path("dang-ky/", allauth.signup, name="account_signup"),
    path("tam-khoa/", allauth.account_inactive, name="account_inactive"),
    path("mat-khau/", allauth.password_change, name="account_change_password"),
    path("mat-khau/dat/", allauth.password_set, name="account_set_password"),
    path("quen-mat-khau/", allauth.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "dat-lai-mat-khau/xong/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^dat-lai-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
