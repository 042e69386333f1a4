"""The demo's logins (names fixed: people and scripts know them)."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import Role, User
from accounts.services import offices, users
from core.models import Commune, Province

PASSWORD = "ocop-demo"  # noqa: S105 - of a demo database only, printed at the start
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Login:
    name: str
    full_name: str
    role: Role | None = None
    province: str = "48"
    commune: str = ""  # short name
    keeps_money: bool = False  # is a treasurer of the market besides


LOGINS = (
    Login("nguoimua", "Nguyễn Thu Trang"),
    Login("chuthe", "Hồ Văn Sơn"),
    Login("nhanvien", "Hồ Thị Liên"),
    Login("doithu", "Trần Mỹ Hạnh"),
    Login("canbo.xa", "Lê Quang Bình", Role.COMMUNE_OFFICER, commune="Nam Trà My"),
    Login("canbo.tinh", "Phạm Thị Hiền", Role.PROVINCE_OFFICER, keeps_money=True),
    Login("lanhdao.tinh", "Đặng Công Vinh", Role.PROVINCE_LEADER, keeps_money=True),
    Login("canbo.tinhkhac", "Bùi Đức Hải", Role.PROVINCE_OFFICER, province="51"),
    *(
        Login(f"hoidong{number}", name, Role.COUNCIL_MEMBER)
        for number, name in enumerate(
            ("Võ Thị Nga", "Huỳnh Minh Tuấn", "Phan Kim Dung", "Trương Hữu Phúc", "Mai Thanh Tâm"), 1
        )
    ),
    Login("quantri", "Quản trị hệ thống"),
)


def email(name: str) -> str:
    return f"{name}@{DOMAIN}"


def create() -> dict[str, User]:
    """Open the accounts, give the offices; login name → user. The password is hashed once."""
    hashed = make_password(PASSWORD)
    found = {}
    for login in LOGINS:
        # No password yet: hashing fourteen times would take longer than the shop.
        user = users.register(full_name=login.full_name, password=None, email=email(login.name))
        if login.role:
            _appoint(user, login)
        found[login.name] = user
    everybody = User.objects.filter(pk__in=[user.pk for user in found.values()])
    everybody.update(password=hashed, is_illustrative=True)
    everybody.filter(pk=found["quantri"].pk).update(is_staff=True, is_superuser=True)
    for user in found.values():
        user.refresh_from_db()
    return found


def _appoint(user: User, login: Login) -> None:
    province = Province.objects.get(code=login.province)
    commune = None
    if login.commune:
        commune = Commune.objects.get(province=province, short_name=login.commune)
    offices.assign(user=user, role=str(login.role), province=province, commune=commune, actor=None)
    if login.keeps_money:
        offices.assign(user=user, role=Role.TREASURER, province=province, commune=None, actor=None)
