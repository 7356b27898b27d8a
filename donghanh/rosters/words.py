"""First passwords that a child of six can type: three short words without tone marks and two digits.

256 words, digits 2 to 9: 3·8 + 2·3 = 30 bits. Enough for a password that is tried through the throttled page only,
stands on one slip and has to be replaced at the first sign-in; too little for one to keep.
"""

from __future__ import annotations

import secrets

WORDS = tuple(
    """
    an ba bach ban banh bao bat be bia bien binh bo boi bua bui bun buoi buom buon buong but ca can canh cao cap cat
    cau cay chai cham chan chanh chau che chi chim cho chong chu chuoi chuon chuong co com con cong cua cung da dam
    dan dang dao dat dau day de den deo di dia diem dieu dinh doi don dong dua duong em ga gach gang gao gap gia giac
    gieng gioi giong goc gui guong hanh hat hau he heo hien hieu hinh ho hoang hoc hoi hon hong huong ke kem ken keo
    khan khe kho khoai khung kich kim kinh ky lac lan lang lanh lau lien linh lo loa lop lua luoi ly mai man mang manh
    may me men mi mia minh mo moc moi mong mua mum muoi nap nau nem nep neu ngan ngay ngo ngoc ngoi ngon nha nhac
    nhanh nho nhom nhung noi nom nong nu nui oc ong pha phao phim phong phu qua quai quat que quen ra ram rau ren ri
    rom san sang sau sen so soi son sum suoi suong ta tai tam tao tay thac than the them theu thia thim thoc thom
    thong thu thuyen tia tiec tim tin toc toi tom ton trai tram trang tranh tre tren trong truoc truong tu tung tuoi
    tuyet uoc uom vai van ve ven vi vit vo voi vong vu vua vui vuon xa xanh xao xe xoai xom xuan xuong y yen yeu
    """.split()  # noqa: SIM905  # a list of words reads as text
)
DIGITS = "23456789"
PASSWORD_WORDS, PASSWORD_DIGITS = 3, 2


def easy_password() -> str:
    """“buom-sao-mua-47”, by the system's own source of randomness."""
    words = [secrets.choice(WORDS) for _ in range(PASSWORD_WORDS)]
    return "-".join([*words, "".join(secrets.choice(DIGITS) for _ in range(PASSWORD_DIGITS))])
