"""Thirty-odd lines of copy, in every script the project sets: what Chromium and we must draw alike."""

# ruff: noqa: RUF001 - marks and letters of many scripts
from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Line(NamedTuple):
    """A line of copy and what is hard about it."""

    locale: str
    text: str
    trait: str

    @property
    def is_rtl(self) -> bool:
        return self.locale.split("-")[0] in ("ar", "fa", "he", "ur")

    def __str__(self) -> str:
        return f"{self.locale} {self.trait}"


LINES = (
    Line("ar-SA", "انتعاش الليمون مع SOLARA في مساء الرياض", "latin name inside"),
    Line("ar-EG", "خصم 25% حتى 31/12 على SOLARA 330 ml", "digits and units"),
    Line("fa-IR", "طعم تازهٔ لیمو، هر عصر در می‌خانه‌های تهران", "zero-width non-joiner"),
    Line("ur-PK", "لاہور کی شام میں SOLARA کی تازگی", "urdu letters"),
    Line("he-IL", "רעננות לימון ב־9.90 ₪ עם SOLARA (330 מ״ל)", "numbers and brackets"),
    Line("he-IL", "שָׁלוֹם, קַיִץ! טַעַם חָדָשׁ בְּתֵל אָבִיב", "vowel points"),
    Line("hi-IN", "क्षितिज पर ताज़गी: शुद्ध स्वाद का राष्ट्रीय त्योहार", "conjuncts"),
    Line("mr-IN", "प्रत्येक घोटात लिंबाचा ताजेपणा, आता ₹40 मध्ये", "reph and rupee"),
    Line("bn-BD", "ঢাকার বিকেলে সতেজতার নতুন স্বাদ, কর্মব্যস্ত দিনের শেষে", "conjuncts"),
    Line("ta-SG", "சிங்கப்பூர் மாலையில் புதிய புத்துணர்ச்சி", "two-part vowels"),
    Line("te-IN", "హైదరాబాద్ సాయంత్రానికి కొత్త తాజాదనం", "stacked consonants"),
    Line("kn-IN", "ಬೆಂಗಳೂರಿನ ಸಂಜೆಗೆ ಹೊಸ ತಾಜಾತನ SOLARA ₹40", "latin name inside"),
    Line("ml-IN", "കൊച്ചിയുടെ സായാഹ്നത്തിന് പുതിയ ഉന്മേഷം", "chillu letters"),
    Line("gu-IN", "અમદાવાદની સાંજે લીંબુની નવી તાજગી", "matras"),
    Line("pa-IN", "ਅੰਮ੍ਰਿਤਸਰ ਦੀ ਸ਼ਾਮ ਲਈ ਨਵੀਂ ਤਾਜ਼ਗੀ", "subjoined letters"),
    Line("si-LK", "කොළඹ සවසට නැවුම් දෙහි රසයක් ශ්‍රී ලංකාවේ", "joined by ZWJ"),
    Line("th-TH", "ความสดชื่นใหม่ยามเช้ากลางกรุงเทพที่นี่น้ำ", "no spaces, stacked marks"),
    Line("lo-LA", "ຄວາມສົດຊື່ນໃໝ່ໃນຍາມແລງທີ່ວຽງຈັນ", "no spaces"),
    Line("km-KH", "ភាពស្រស់ស្រាយថ្មីនៅពេលល្ងាចក្នុងទីក្រុងភ្នំពេញ", "subscript letters"),
    Line("my-MM", "ရန်ကုန်ညနေခင်းအတွက်လန်းဆန်းမှုအသစ်", "medials"),
    Line("ja-JP", "雨の夜に、はじけるレモンの爽快感。「ソラーラ」で乾杯！", "kinsoku"),
    Line("ja-JP", "キャンペーン期間中、ちょっと一息。ジューシーなひととき", "small kana and long marks"),
    Line("ko-KR", "비 오는 서울에서도 레몬처럼 상쾌하게 SOLARA와 함께", "words kept whole"),
    Line("zh-CN", "暮色之中，清爽柠檬上市，尽享夏日时光", "two-character words"),
    Line("zh-TW", "暮色之中，清爽檸檬上市，盡享夏日時光", "traditional"),
    Line("zh-CN", "他说“好喝。”，真的！（试）。“好？”", "quotes beside marks"),
    Line("zh-TW", "他說「好喝。」，真的！《好》、（試）。「嗎？」", "marks in the middle of their squares"),
    Line("zh-HK", "香港嘅夜晚，清新檸檬味陪住你", "cantonese"),
    Line("vi-VN", "Sảng khoái bất tận giữa lòng Hà Nội, ngỡ ngàng từng giọt", "stacked accents"),
    Line("vi-VN", unicodedata.normalize("NFD", "Ngỡ ngàng từng giọt, để mỗi buổi trưa mát lành"), "decomposed accents"),
    Line("yo-NG", "Ẹ̀ṣọ́ tuntun fún ọjọ́ rẹ: ìtura ọsàn wẹ́wẹ́", "marks no code point has"),
    Line("tr-TR", "İstanbul'da ılık bir akşam, ışıltılı şişe, eşsiz ağaç gölgesi", "dotted and dotless i"),
    Line("de-DE", "Frische, die nach Feierabend schmeckt, mit Überraschungseffekt", "compounds"),
    Line("de-AT", "Nur € 4,99 statt € 6,49 für 1 299 ml, inkl. MwSt. und Pfand", "amounts parted by spaces"),
    Line("hu-HU", "Frissesség, ami felejthetetlenné teszi az őszi estéket", "double acute"),
    Line("pl-PL", "Orzeźwienie, którego szukasz w upalne dni w Łodzi", "small words"),
    Line("el-GR", "Φρεσκάδα λεμονιού στο βράδυ της Αθήνας, προϊόν του ήλιου", "tonos and dialytika"),
    Line("ru-RU", "Свежесть лимона в московский вечер — объём 0,33 л", "dash and number"),
    Line("am-ET", "በአዲስ አበባ ምሽት አዲስ የሎሚ ትኩስነት", "syllables"),
    Line("ka-GE", "ლიმონის სიგრილე თბილისის საღამოს", "mkhedruli"),
    Line("hy-AM", "Կիտրոնի թարմություն Երևանի երեկոյին", "ligature yev"),
)
