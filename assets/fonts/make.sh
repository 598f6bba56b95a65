#!/usr/bin/env bash
# Makes every font in this folder, and icons.md. Needs: Debian 12 (apt-get), npm, Python with
# `pip install fonttools brotli`. Versions are pinned, so the same bytes come out each time.
#
# Why the fonts are changed and not only cut down:
# - egui shapes text with each font's default features and offers no way to choose others. Inter's
#   figures are proportional by default, so its tabular ones are put in their place; `calt` and
#   `liga` are left out, because they turn what a user typed (->, 2x3, !=) into something else.
# - egui centres a fallback glyph's line box in the line. The Chinese font is given Inter's ascent
#   and descent, so that both stand on one baseline and a Chinese line is no taller than a Latin one.
# - Phosphor's left bearings are all 0, which pushes every icon out of the middle of its box; each gets
#   the bearing of its outline.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export SOURCE_DATE_EPOCH=1735689600 # the fonts' modification date

cd "$tmp"
npm pack --silent inter-ui@4.1.1 @phosphor-icons/web@2.1.2
for archive in *.tgz; do tar xzf "$archive" --one-top-level; done
apt-get download fonts-noto-cjk=1:20220127+repack1-1 fonts-jetbrains-mono=2.242+ds-3
for package in *.deb; do dpkg -x "$package" .; done

python3 - "$out" <<'PYTHON'
import json, sys
from pathlib import Path
from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(sys.argv[1])
PHOSPHOR = Path("phosphor-icons-web-2.1.2/package/src/regular")

LATIN = [(0x20, 0x17F), (0x2C6, 0x2DD), (0x300, 0x36F), (0x20A0, 0x20BF), (0x2000, 0x206F)]
SYMBOLS = [(0x370, 0x3FF), (0x2070, 0x209F), (0x2100, 0x27BF)]  # Greek, super/subscripts, arrows, maths, shapes
CJK_FORMS = [(0x20, 0x7E), (0x3000, 0x303F), (0xFF00, 0xFFEF)]
# In use but not in GB2312: the zero, units, and characters common in names (昇腾, 朱镕基 …).
CJK_EXTRA = "·—…⋯〇€¥℃∇∂昇镕囧喆堃淼犇焱玥珺祎翀煊焜赟甯彧筱晞芃劼頔瑀琤翊昉旻妤婳嫄侃偲伃馨濛垚骉羴猋囍冇咁哋嘅瞅唔攞邨臺裏"
TABULAR = "0123456789.,:+\u2212"  # not '-': a figure-wide hyphen tears words apart

# Named as Phosphor names them; icons.md adds the constant's name.
ICONS = list(dict.fromkeys("""
    play pause stop fast-forward arrows-clockwise arrow-counter-clockwise arrow-clockwise repeat record
    skip-back skip-forward house squares-four database table graph flow-arrow chart-line chart-bar columns target
    eye eye-slash flask rocket-launch package folder folder-open file file-plus file-csv file-text
    floppy-disk download-simple upload-simple export arrow-square-out copy trash pencil-simple note
    gear sliders-horizontal funnel shuffle sun moon translate globe keyboard command terminal-window
    magnifying-glass magnifying-glass-plus magnifying-glass-minus corners-out sidebar-simple
    question info warning warning-circle x x-circle check check-circle prohibit bug plus minus
    arrow-left arrow-right arrow-up arrow-down caret-left caret-right caret-up caret-down
    list dots-three dots-three-vertical dots-six-vertical star push-pin tag link lock lock-open
    cpu graphics-card memory hard-drives clock timer gauge spinner circle-notch lightning cloud-slash
    hash text-aa image speaker-high waveform circle dot-outline stack cube brain graduation-cap
    share-network tree-structure git-fork scales train-simple
""".split()))


def characters(ranges, extra=""):
    return {c for first, last in ranges for c in range(first, last + 1)} | {ord(c) for c in extra}


def gb2312():
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def cut(font, unicodes, name, features=()):
    """Keeps `unicodes` and the named layout features of `font`, and writes it as OUT/name."""
    options = subset.Options(hinting=False, layout_features=list(features), name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
                             notdef_outline=True, glyph_names=False)
    options.drop_tables += ["DSIG", "BASE", "VORG", "vhea", "vmtx"]  # signatures and vertical writing
    if not features:
        options.drop_tables += ["GDEF", "GPOS", "GSUB"]
    font.flavor = None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=unicodes)
    cutter.subset(font)
    font.save(OUT / name)


def tabular(font):
    """Puts the glyphs of the feature `tnum` where the characters TABULAR lead."""
    gsub = font["GSUB"].table
    lookups = {i for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
               for i in record.Feature.LookupListIndex}
    tables = [table for i in lookups for table in gsub.LookupList.Lookup[i].SubTable]
    swap = {old: new for table in tables for old, new in getattr(table, "ExtSubTable", table).mapping.items()}
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap.update({ord(c): swap.get(cmap.cmap[ord(c)], cmap.cmap[ord(c)]) for c in TABULAR})
    digits = {font["hmtx"][font.getBestCmap()[ord(c)]][0] for c in "0123456789+\u2212"}
    assert len(digits) == 1, digits


def stand_as(font, model):
    """Gives `font` the ascent, descent and line gap of `model`, in its own units."""
    scale = font["head"].unitsPerEm / model["head"].unitsPerEm
    ascent, descent = (round(scale * getattr(model["hhea"], edge)) for edge in ("ascent", "descent"))
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ascent, descent, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, descent, 0


def own_bearings(font):
    """Gives each glyph the left bearing its outline has: Phosphor says 0 everywhere, and egui believes it."""
    for name, (advance, _) in font["hmtx"].metrics.items():
        font["hmtx"][name] = (advance, getattr(font["glyf"][name], "xMin", 0))


for weight in ("Regular", "SemiBold"):
    inter = TTFont(f"inter-ui-4.1.1/package/web/Inter-{weight}.woff2")
    tabular(inter)
    cut(inter, characters(LATIN + SYMBOLS), f"Inter-{weight}.ttf", ["kern", "mark", "mkmk", "ccmp"])

noto = TTFont("usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", fontNumber=2)
assert noto["name"].getDebugName(4) == "Noto Sans CJK SC"
stand_as(noto, inter)
cut(noto, characters(CJK_FORMS, gb2312() + CJK_EXTRA), "NotoSansSC-Regular.otf")

mono = TTFont("usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf")
cut(mono, characters(LATIN + SYMBOLS), "JetBrainsMono-Regular.ttf", ["mark", "ccmp"])

codes = {name: icon["properties"]["code"] for icon in json.loads((PHOSPHOR / "selection.json").read_text())["icons"]
         for name in icon["properties"]["name"].split(", ")}
phosphor = TTFont(PHOSPHOR / "Phosphor.ttf")
own_bearings(phosphor)
cut(phosphor, {codes[name] for name in ICONS}, "icons.ttf")
rows = [f"| `{name.upper().replace('-', '_')}` | `\\u{{{codes[name]:x}}}` | {name} |" for name in ICONS]
(OUT / "icons.md").write_text("\n".join([
    "# The icons in `icons.ttf`", "",
    f"{len(rows)} icons of Phosphor 2.1, style regular (see them at phosphoricons.com); written by `make.sh`.", "",
    "| name | character | Phosphor's name |", "| --- | --- | --- |", *rows, ""]))
PYTHON

cp phosphor-icons-web-2.1.2/package/LICENSE "$out/MIT-Phosphor.txt"
ls -l "$out"
