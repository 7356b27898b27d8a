#!/usr/bin/env python3
"""531 units' papers from one template, PDF/A and Word each, as the job makes them: seconds and processor seconds.

Beside it, in the same run, what typst alone takes to set as many papers on as many cores: the ratio tells of us, not of
the machine. Needs no database; names are made by a generator with a fixed seed. Two runs must give the same bytes.

usage: .venv/bin/python bench/merge.py [how many]
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()

from donghanh.papers import typesetting
from donghanh.papers.composition import compose
from donghanh.papers.merge_files import PROCESSES, Asked, Wording, dated, make_all
from donghanh.papers.template_document import TEXTS, Written, document_of, fill_written
from donghanh.papers.template_fields import Day, Number
from donghanh.papers.template_language import context_of

SEED = 157
DAY = date(2025, 6, 16)
BODY = """Thực hiện {{ ten_chuong_trinh }}, Sở chưa nhận được báo cáo của {{ ten_don_vi }} ({{ co_quan_cap_tren }}).
Đơn vị có {{ so_can_bo }} cán bộ, giáo viên{% if so_hoc_sinh > 500 %} và {{ so_hoc_sinh }} học sinh{% endif %}.
Đề nghị thầy cô {{ hieu_truong }} chỉ đạo hoàn thành báo cáo trước {{ han }}, gồm các nội dung sau:
# I. Kết quả
Số buổi tuyên truyền, số người tham gia, số trang thông tin của nhà trường; những việc đã làm cùng cha mẹ học sinh.
# II. Khó khăn, kiến nghị
Nêu rõ điều khoản khó thực hiện, lý do và đề xuất của đơn vị."""
TEMPLATE = Written(
    type_code="CV",
    **dict.fromkeys(TEXTS, "")
    | {
        "symbol": "SGDĐT-CTTT", "superior_body": "UBND tỉnh Hòa Bình", "issuing_body": "Sở Giáo dục và Đào tạo",
        "place": "Hòa Bình", "abstract": "nhắc nộp báo cáo {{ ten_chuong_trinh }}", "addressees": "{{ ten_don_vi }}",
        "body": BODY, "recipients": "{{ co_quan_cap_tren }}", "signer_authority": "KT. Giám đốc",
        "signer_position": "Phó Giám đốc", "signer_name": "Đinh Thị Hương",
    },
)  # fmt: skip


def units(many: int) -> list[Asked]:
    """What would be filled in for `many` schools."""
    random = Random(SEED)
    family, middle, given = ("Bùi", "Quách", "Đinh", "Bạch", "Hà"), ("Văn", "Thị"), ("An", "Hoà", "Thắng", "Ánh", "Đức")
    return [
        Asked(
            {
                "ten_don_vi": f"Trường TH&THCS số {number} xã {random.choice(given)} {random.choice(family)}",
                "co_quan_cap_tren": f"Phòng GD&ĐT huyện {random.choice(given)}",
                "hieu_truong": f"{random.choice(family)} {random.choice(middle)} {random.choice(given)}",
                "so_can_bo": Number(random.randrange(10, 90)), "so_hoc_sinh": Number(random.randrange(80, 1400)),
                "han": Day(2025, 7, 15), "ten_chuong_trinh": "Kế hoạch số 157/KH-UBND",
            },
            {}, "", DAY, "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
        )
        for number in range(1, many + 1)
    ]  # fmt: skip


def processor() -> float:
    """Seconds so far, those of ended children too."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def merged(asked: list[Asked]) -> tuple[str, int, float, float]:
    """Hash of all files, their bytes, seconds, processor seconds."""
    begun, used, all_of_them, size = time.perf_counter(), processor(), hashlib.sha256(), 0
    for made in make_all(Wording(TEMPLATE, None, frozenset()), asked):
        if made.sentence:
            raise SystemExit(made.sentence)
        for content in made.files.values():
            all_of_them.update(content)
            size += len(content)
    return all_of_them.hexdigest(), size, time.perf_counter() - begun, processor() - used


def typst_alone(asked: list[Asked]) -> float:
    """Seconds for as many papers, composed beforehand, on the same number of cores."""
    at, papers = dated(DAY), []
    for one in asked:
        written = fill_written(TEMPLATE, context_of(one.values, {}))
        papers.append(compose(document_of(written, number=None, day=DAY, mark=one.mark), at=at))
    begun = time.perf_counter()
    with ThreadPoolExecutor(PROCESSES) as threads:
        list(threads.map(lambda paper: typesetting.pdf(paper, at=at), papers))
    return time.perf_counter() - begun


def main(many: int) -> None:
    asked = units(many)
    ceiling = typst_alone(asked)
    first, size, taken, used = merged(asked)
    again, *_rest = merged(asked)
    print(f"{many} units, PDF/A and Word: {taken:.1f} s, {used:.1f} processor s, {size / 2**20:.1f} MB")
    print(f"typst alone, {PROCESSES} cores: {ceiling:.1f} s; ratio {taken / ceiling:.2f}")
    print(f"the same bytes twice: {first == again}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 531)
