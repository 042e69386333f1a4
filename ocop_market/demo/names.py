"""Invented names of people, workshops and cooperatives."""

from collections.abc import Iterator
from random import Random

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Trương",
    "Lương",
    "Mai",
    "Tạ",
    "Hà",
]
MIDDLE_F = ["Thị", "Thị", "Thị", "Ngọc", "Thu", "Kim", "Thanh", "Mỹ", "Bích", "Diệu"]
MIDDLE_M = ["Văn", "Văn", "Văn", "Hữu", "Đức", "Quang", "Minh", "Công", "Đình", "Xuân"]
GIVEN_F = [
    "Hoa",
    "Lan",
    "Hương",
    "Thảo",
    "Hạnh",
    "Nga",
    "Thúy",
    "Liên",
    "Tuyết",
    "Nhung",
    "Sương",
    "Vân",
    "Hiền",
    "Loan",
    "Phượng",
    "Cúc",
    "Mai",
    "Dung",
    "Yến",
    "Trâm",
]
GIVEN_M = [
    "Hùng",
    "Dũng",
    "Tâm",
    "Sơn",
    "Thành",
    "Phúc",
    "Bình",
    "Lộc",
    "Hải",
    "Long",
    "Tuấn",
    "Khánh",
    "Vinh",
    "Nam",
    "Thắng",
    "Quý",
    "Trung",
    "Hòa",
    "Tín",
    "Nghĩa",
]
BRANDS = [
    "Lá Xanh",
    "Nắng Ấm",
    "Hương Đồng",
    "Bếp Quê",
    "Suối Ngàn",
    "Vườn Mẹ",
    "Gió Nồm",
    "Mùa Vàng",
    "Sương Sớm",
    "Đất Lành",
    "Bờ Tre",
    "Sao Khuê",
    "Mây Ngàn",
    "Nhà Ngói",
    "Bến Đò",
    "Giếng Làng",
    "Cánh Diều",
    "Hạt Mưa",
    "Nong Tre",
    "Bếp Củi",
    "Trăng Rằm",
    "Ruộng Bậc",
    "Hiên Nhà",
    "Chợ Phiên",
    "Lúa Mới",
    "Khói Lam",
    "Đường Quê",
    "Cầu Tre",
    "Sông Xanh",
    "Núi Biếc",
]
COOPERATIVES = (
    "HTX Nông nghiệp {commune}",
    "HTX Sản vật {commune}",
    "HTX Sản xuất và Dịch vụ {commune}",
    "Tổ hợp tác {brand} {commune}",
    "HTX {brand} {commune}",
)
HOUSEHOLDS = ("Hộ kinh doanh {person}", "Cơ sở {given}", "Cơ sở {brand}")
COMPANIES = ("Công ty TNHH {brand} {province}", "Công ty TNHH Sản vật {brand}")


def person(random: Random) -> str:
    middle, given = random.choice(((MIDDLE_F, GIVEN_F), (MIDDLE_M, GIVEN_M)))
    return f"{random.choice(FAMILY)} {random.choice(middle)} {random.choice(given)}"


def candidates(kind: str, *, head: str, commune: str, province: str, random: Random) -> Iterator[str]:
    """Names for a producer of a kind (producers.models.ProducerKind), the plainest first, without end."""
    patterns = {"household": HOUSEHOLDS, "company": COMPANIES}.get(kind, COOPERATIVES)
    for pattern in random.sample(patterns, len(patterns)):
        yield pattern.format(
            commune=commune,
            province=province,
            person=head,
            given=" ".join(head.split()[-2:]),
            brand=random.choice(BRANDS),
        )
    while True:
        brand = f"{random.choice(BRANDS)} {random.choice(('Xanh', 'Việt', 'Quê', 'Mới', 'An', 'Phát'))}"
        yield patterns[-1].format(commune=commune, province=province, brand=brand, person=head, given=head)
