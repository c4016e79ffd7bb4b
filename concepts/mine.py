#!/usr/bin/env python3
"""Writes cldr.txt: the names of the world's countries in the languages of its newspapers, mined from CLDR.

usage: mine.py DIR > cldr.txt

DIR holds three packages of npm, unpacked under their names, in the version that VERSION says:
cldr-localenames-full, cldr-numbers-full and cldr-dates-full (`npm pack NAME@VERSION`, `tar xzf`).

CLDR lists no adjectives and no capitals, but shows them elsewhere: "российский рубль" holds the Russian adjective of Russia,
"американский английский" that of the United States, and the time zone Europe/Moscow its capital. A word of a currency's name is
taken where no other country's currency has it and it begins as the country's name or language does; a name of a language is
taken without the words that other languages have too ("tiếng", "lugha ya"). Nothing is mined where words are not divided by
spaces: there the pieces are too short to tell what they are.
"""
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

VERSION = "48.2.0"

LOCALES = """
af am ar as az az-Cyrl be bg bn bo bs ca ceb ckb cs cy da de el en es et eu fa fi fil fo fr fy ga gd gl gu ha he hi hr hu hy id
ig is it ja jv ka kk km kn ko ku ky lb lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn om or pa ps pl pt qu rm ro ru rw sd si sk
sl so sq sr sr-Latn su sv sw ta te tg th ti tk to tr tt ug uk ur uz uz-Cyrl vi wo xh yi yo yue zh zh-Hant zu ast br ast sc tn
""".split()
UNSPACED = {"bo", "ja", "km", "ko", "lo", "my", "th", "yue", "zh", "zh-Hant", "vi"}

CAPITALS = """
AD Andorra|AE Dubai|AF Kabul|AL Tirane|AM Yerevan|AR Buenos_Aires|AT Vienna|AZ Baku|BA Sarajevo|BD Dhaka|BE Brussels|
BF Ouagadougou|BG Sofia|BH Bahrain|BI Bujumbura|BJ Porto-Novo|BO La_Paz|BT Thimphu|BW Gaborone|BY Minsk|CD Kinshasa|CF Bangui|
CG Brazzaville|CI Abidjan|CL Santiago|CN Shanghai|CO Bogota|CU Havana|CZ Prague|DE Berlin|DK Copenhagen|DZ Algiers|EE Tallinn|
EG Cairo|ER Asmera|ES Madrid|ET Addis_Ababa|FI Helsinki|FR Paris|GA Libreville|GB London|GE Tbilisi|GH Accra|GM Banjul|GN Conakry|
GR Athens|GT Guatemala|GW Bissau|HR Zagreb|HT Port-au-Prince|HU Budapest|ID Jakarta|IE Dublin|IN Calcutta|IQ Baghdad|IR Tehran|
IS Reykjavik|IT Rome|JO Amman|JP Tokyo|KE Nairobi|KG Bishkek|KH Phnom_Penh|KP Pyongyang|KR Seoul|KZ Almaty|LA Vientiane|
LB Beirut|LK Colombo|LR Monrovia|LT Vilnius|LV Riga|LY Tripoli|MD Chisinau|MG Antananarivo|MK Skopje|ML Bamako|MM Rangoon|
MN Ulaanbaatar|MR Nouakchott|MW Blantyre|MY Kuala_Lumpur|MZ Maputo|NA Windhoek|NE Niamey|NG Lagos|NI Managua|NL Amsterdam|NO Oslo|
NP Katmandu|NZ Auckland|OM Muscat|PE Lima|PH Manila|PK Karachi|PL Warsaw|PT Lisbon|PY Asuncion|QA Qatar|RO Bucharest|RS Belgrade|
RU Moscow|RW Kigali|SA Riyadh|SD Khartoum|SE Stockholm|SG Singapore|SI Ljubljana|SK Bratislava|SN Dakar|SO Mogadishu|SS Juba|
SY Damascus|TD Ndjamena|TG Lome|TH Bangkok|TJ Dushanbe|TM Ashgabat|TN Tunis|TR Istanbul|TW Taipei|TZ Dar_es_Salaam|UA Kiev|
UG Kampala|UY Montevideo|UZ Tashkent|VE Caracas|VN Saigon|YE Aden|ZM Lusaka|ZW Harare|AU Sydney|CA Toronto|ZA Johannesburg
""".replace("\n", "")
CITY = dict(reversed(pair.split(" ")) for pair in CAPITALS.split("|") if pair)

LANGUAGES = {
    "az": "AZ", "be": "BY", "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "es": "ES", "et": "EE", "fi": "FI",
    "fr": "FR", "hr": "HR", "hu": "HU", "hy": "AM", "id": "ID", "is": "IS", "it": "IT", "ja": "JP", "ka": "GE", "kk": "KZ",
    "ky": "KG", "lt": "LT", "lv": "LV", "mk": "MK", "mn": "MN", "nl": "NL", "nb": "NO", "pl": "PL", "pt": "PT", "ro": "RO",
    "ru": "RU", "sk": "SK", "sl": "SI", "sq": "AL", "sr": "RS", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA", "uz": "UZ",
    "vi": "VN", "zh": "CN", "km": "KH", "lo": "LA", "ne": "NP", "si": "LK", "tg": "TJ", "tk": "TM", "so": "SO",
}  # fmt: skip
# Languages that write adjectives of countries small; elsewhere CLDR's capitals are the language's own.
SMALL = set("de is da nb nn sv fr es it pt ca gl ro pl cs sk sl hr bs sr sr-Latn ru uk be bg mk hu el sq lb fo ast".split())
# Where languages have the countries' own names, small ("ranska"), or names that are no adjectives ("Lehçe").
LIKE_COUNTRIES = set("fi et tr az uz uz-Cyrl tk kk ky tt".split())
REGIONAL = {"en-US": "US", "en-GB": "GB", "en-AU": "AU", "en-CA": "CA", "fr-CH": "CH", "de-AT": "AT", "es-MX": "MX", "pt-BR": "BR"}
COMPOUNDED = {"KP", "KR", "ZA", "NZ", "SA", "SS"}
DIRECTIONS = {"KP", "KR", "SS", "ZA"}


def main():
    root = Path(sys.argv[1])
    found = json.loads((root / "cldr-localenames-full/package.json").read_text())["version"]
    if found != VERSION:
        sys.exit(f"this is CLDR {found}; names are mined from {VERSION}")
    print(f"# Mined by mine.py from CLDR {VERSION}; Unicode License V3, see UNICODE-LICENSE. Do not edit: what is wrong here")
    print("# is mended in the file of its language.")
    for locale in dict.fromkeys(LOCALES):
        names = Locale(root, locale).names()
        if names:
            print(f"\n[{locale}]")
            for code in sorted(names):
                print(f"{code}: {'; '.join(names[code])}")


class Locale:
    def __init__(self, root, locale):
        self.locale = locale
        self.root = root
        self.territories = self.load("localenames", "territories", "localeDisplayNames", "territories")
        self.languages = self.load("localenames", "languages", "localeDisplayNames", "languages")
        self.currencies = self.load("numbers", "currencies", "numbers", "currencies")
        self.zones = self.load("dates", "timeZoneNames", "dates", "timeZoneNames", "zone")

    def load(self, package, name, *way):
        path = self.root / f"cldr-{package}-full/main/{self.locale}/{name}.json"
        if not path.exists():
            return {}
        node = json.loads(path.read_text(encoding="utf-8"))["main"][self.locale]
        for step in way:
            node = node.get(step, {})
        return node

    def names(self):
        names = {}
        for code in sorted({key[:2] for key in self.territories if re.match(r"[A-Z]{2}(-|$)", key)}):
            if code in {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}:
                continue
            names[code] = [name for name in self.territory(code) if name not in self.territories]
        self.add_cities(names)
        if self.locale not in UNSPACED:
            self.add_currencies(names)
            self.add_languages(names)
        names = {code: list(dict.fromkeys(n for n in own if usable(n, code))) for code, own in names.items()}
        return {code: own for code, own in names.items() if own}

    def territory(self, code):
        written = [text for key, text in self.territories.items() if key == code or key.startswith(code + "-")]
        return [part for text in written if text != code for part in parts(text, code)]

    def add_cities(self, names):
        cities = {}
        stack = [self.zones]
        while stack:
            for key, node in stack.pop().items():
                if isinstance(node, dict):
                    if "exemplarCity" in node and key in CITY:
                        cities[CITY[key]] = node["exemplarCity"]
                    else:
                        stack.append(node)
        for code, city in cities.items():
            if code in names:
                names[code].append(city)

    def add_currencies(self, names):
        bearing = {}
        whole = {bare(name): code for code, own in names.items() for name in own}
        for code, currency in self.currencies.items():
            country = code[:2]
            if country in names:
                for form, text in currency.items():
                    if form.startswith("displayName"):
                        for token in tokens(text):
                            bearing.setdefault(token, set()).add(country)
        for token, countries in bearing.items():
            if len(countries) == 1 and "-" not in token[:3]:
                (country,) = countries
                # "Portuguese Guinea escudo" was money of Guinea-Bissau.
                another = whole.get(bare(token), country) != country
                if not another and self.belongs(token, country, names[country]):
                    names[country].append(self.small(token))

    def small(self, token):
        return token.lower() if self.locale in SMALL else token

    def belongs(self, token, country, own):
        folded = bare(token)
        language = [text for code, text in self.languages.items() if LANGUAGES.get(code) == country]
        words = [bare(word) for name in own + language for word in tokens(name)]
        if folded in words:
            # "Utara" is a part of "Korea Utara", and means "north".
            return any(len(tokens(name)) == 1 and bare(name) == folded for name in own)
        if country in COMPOUNDED and len(folded) >= 8:
            return True
        if country in DIRECTIONS:
            return False
        return len(folded) >= 4 and any(folded[:3] == word[:3] and len(word) > 3 for word in words)

    def add_languages(self, names):
        common = Counter(token for code, text in self.languages.items() if "-" not in code for token in set(tokens(text)))
        for code, country in LANGUAGES.items() if self.locale not in LIKE_COUNTRIES else ():
            own = [token for token in tokens(self.languages.get(code, "")) if common[token] == 1]
            if len(own) == 1 and len(own[0]) >= 3 and country in names:
                names[country].append(self.small(own[0]))
        for code, country in REGIONAL.items():
            base = {token for text in [self.languages.get(code[:2], "")] for token in tokens(text)}
            own = [token for token in tokens(self.languages.get(code, "")) if bare(token) not in map(bare, base)]
            own = [token for token in own if len(token) >= 4 and not common[token]]
            if len(own) == 1 and country in names:
                names[country].append(self.small(own[0]))


def parts(text, code):
    """ "Myanmar (Burma)" are two names; "Hongkong (Sonderverwaltungsregion China)" is one."""
    match = re.fullmatch(r"(.+?)\s*[(（](.+?)[)）]", text)
    if not match:
        return [text]
    inside = match[2]
    if code in {"CD", "CG", "HK", "MO"}:
        return [text]
    if len(inside.split()) > 2 or inside.isupper():
        return [match[1]] if len(match[1]) > 5 else [text]
    return [match[1], inside]


def tokens(text):
    return [token for token in re.split(r"[\s()\[\]{},.;:/–—−0-9“”\"«»（）]+", text) if len(token) > 1]


def bare(text):
    flat = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in flat if not unicodedata.combining(c))


def usable(name, code):
    """Neither a code, nor a word of the generator's own language that stands in for a translation, nor one letter."""
    return len(name) > 1 and name != code and ";" not in name


main()
