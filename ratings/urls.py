from django.urls import path

from ratings.views import council, council_desk, council_papers, evidence, register

app_name = "ratings"
urlpatterns = [
    path("chung-nhan/", register.register, name="register"),
    path("chung-nhan/xuat.<str:kind>", register.export, name="export"),
    path("chung-nhan/<str:number>/", register.certificate, name="certificate"),
    path("chung-nhan/<str:number>/giay.pdf", register.paper, name="certificate-paper"),
    path("ho-so/minh-chung/<int:pk>/", evidence.show, name="evidence"),
    path("hoi-dong/", council.sessions, name="council"),
    path("hoi-dong/phien/<int:pk>/", council.session, name="council-session"),
    path("hoi-dong/phien/<int:pk>/dieu-hanh/", council_desk.live, name="council-live"),
    path("hoi-dong/phien/<int:pk>/buoc/<slug:slug>/", council_desk.session_step, name="council-step"),
    path("hoi-dong/phien/<int:pk>/bien-ban.<str:kind>", council_papers.minutes, name="council-minutes"),
    path("hoi-dong/ho-so/<int:pk>/", council.result, name="council-result"),
    path("hoi-dong/ho-so/<int:pk>/buoc/<slug:slug>/", council_desk.item_step, name="council-item-step"),
    path("hoi-dong/ho-so/<int:pk>/phieu-cham.<str:kind>", council_papers.sheets, name="council-sheets"),
    path("hoi-dong/phieu/<int:pk>/", council.card, name="council-card"),
    path("hoi-dong/phieu/<int:pk>/khoa/", council.lock, name="council-lock"),
]
