"""A Word document with what makes it usable: real styles, contents, captions, header rows, alt text, language.

Knows no figure and no metric. The same content gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from orchestration.outputs.figures import Table

FONT, INK, QUIET, LINK = "Arial", RGBColor(0x21, 0x2B, 0x32), RGBColor(0x4C, 0x62, 0x72), "005EB8"
MARGIN_CM, TEXT_CM, PICTURE_CM = 2.0, 17.0, 16.8
# width of a sign in a table, the room beside a cell's text, signs that are kept together, signs that a column asks for
SIGN_CM, CELL_CM, MOST_SIGNS, MOST_WISHED = 0.175, 0.3, 17, 240
# what the bold letters of a heading take more
BOLD_SIGNS = 1
SIZES = {"Title": 26, "Heading 1": 20, "Heading 2": 15, "Heading 3": 13}
LANGUAGE = "en-GB"
TWIPS_PER_CM = 567
# what XML cannot hold
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# zip archives know no earlier time
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def _clean(text: str) -> str:
    return CONTROLS.sub("", text)


def _run(text: str, looks: str = "") -> str:
    return f'<w:r>{looks}<w:t xml:space="preserve">{escape(_clean(text))}</w:t></w:r>'


def _field(instruction: str, shown: str) -> str:
    """A field with the text that stands until the program works it out anew."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(shown)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _parsed(xml: str) -> BaseOxmlElement:
    """An element of the text's own namespace."""
    name = xml[1 : xml.index(">")]
    return parse_xml(f"<{name} {nsdecls('w')}>{xml[len(name) + 2 :]}")


def _paragraph(style: str, inside: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def _widths(table: Table) -> list[float]:
    """Centimetres of each column: room for its longest word, and the rest shared out by the length of its texts."""
    least, wish = [], []
    for place, name in enumerate(table.columns):
        texts = [name, *(row[place] for row in table.rows)]
        longest = max((len(word) for text in texts for word in text.split()), default=1)
        longest = max(longest, *(len(word) + BOLD_SIGNS for word in name.split()), 1)
        least.append(min(longest, MOST_SIGNS) * SIGN_CM + CELL_CM)
        wish.append(sum(min(len(text), MOST_WISHED) for text in texts) / len(texts))
    room = TEXT_CM - sum(least)
    if room < 0:
        return [width * TEXT_CM / sum(least) for width in least]
    share = [max(wished - width / SIGN_CM, 0.0) + 0.01 for wished, width in zip(wish, least, strict=True)]
    return [width + room * part / sum(share) for width, part in zip(least, share, strict=True)]


class Report:
    """A document that is written from top to bottom.

    Args:
        title: title of the document.
        running: words at the top of every page.
        foot: words at the bottom of every page, beside the page number.
        date: the date that the document carries as its own.
    """

    def __init__(self, title: str, running: str, foot: str, date: datetime) -> None:
        self.document = docx.Document()
        self._bookmarks: list[tuple[str, str, int]] = []
        self._contents: Paragraph | None = None
        self._figures = self._tables = 0
        self._styles()
        self._page(running, foot)
        self._properties(title, date)

    def _styles(self) -> None:
        styles = self.document.styles
        for name in ("Normal", "Title", "Subtitle", "Caption", "List Bullet", *SIZES):
            style = styles[name]
            style.font.name, style.font.color.rgb = FONT, INK
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:cs"), FONT)
        styles["Normal"].font.size = Pt(11.5)
        styles["Normal"].paragraph_format.space_after = Pt(7)
        styles["Normal"].paragraph_format.line_spacing = 1.15
        for name, size in SIZES.items():
            styles[name].font.size, styles[name].font.bold = Pt(size), True
            styles[name].paragraph_format.space_before = Pt(size)
            styles[name].paragraph_format.space_after = Pt(6)
        styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")
        styles["Subtitle"].font.italic, styles["Subtitle"].font.size = False, Pt(14)
        caption = styles["Caption"]
        caption.font.size, caption.font.bold = Pt(11), True
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
        caption.paragraph_format.keep_with_next = True
        for name, size, bold in (("Table text", 9, False), ("Table head", 9, True), ("Note", 10, False)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.font.size, style.font.bold = Pt(size), bold
            style.paragraph_format.space_before = Pt(0 if name == "Note" else 1.5)
            style.paragraph_format.space_after = Pt(6 if name == "Note" else 1.5)
            style.paragraph_format.line_spacing = 1.0
        styles["Note"].font.color.rgb = QUIET
        entry = styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        entry.element.set(qn("w:styleId"), "TOC1")
        entry.base_style = styles["Normal"]
        entry.paragraph_format.space_after = Pt(3)
        settings = self.document.settings.element
        for lang in (*styles.element.iter(qn("w:lang")), *settings.iter(qn("w:themeFontLang"))):
            lang.set(qn("w:val"), LANGUAGE)

    def _page(self, running: str, foot: str) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(
            MARGIN_CM
        )
        header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
        header.text, header.style = _clean(running), self.document.styles["Note"]
        footer.style = self.document.styles["Note"]
        footer.alignment = WD_ALIGN_PARAGRAPH.LEFT
        inside = f"{_run(f'{foot} · Page ')}{_field('PAGE', '1')}{_run(' of ')}{_field('NUMPAGES', '1')}"
        footer._p.extend(_parsed(f"<w:p>{inside}</w:p>"))

    def _properties(self, title: str, date: datetime) -> None:
        core = self.document.core_properties
        core.title, core.language = _clean(title), LANGUAGE
        core.author = core.last_modified_by = "Maternity and neonatal equity audit"
        core.subject = "Equity and equality in maternity and neonatal care"
        core.comments, core.keywords, core.revision = "", "", 1
        core.created = core.modified = date
        package = self.document.part.package
        for key, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):  # the template's own, of another document
                del package.rels[key]

    def _append(self, xml: str) -> None:
        body = self.document.element.body
        body.insert(len(body) - 1, _parsed(xml))  # the last element holds the page's size

    def title(self, text: str, subtitle: str) -> None:
        """The title and the line below it."""
        self.paragraph(text, "Title")
        self.paragraph(subtitle, "Subtitle")

    def contents(self) -> None:
        """The place of the contents; they are filled in when the document is finished."""
        self._contents = self.document.add_paragraph(style="toc 1")

    def heading(self, text: str, level: int) -> None:
        """A heading; the contents lead to those of the first level."""
        number = len(self._bookmarks) + 1
        name = f"_Toc{number:08d}"
        self._bookmarks.append((name, text, level))
        inside = (
            f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{_run(text)}<w:bookmarkEnd w:id="{number}"/>'
        )
        self._append(_paragraph(f"Heading{level}", inside))

    def paragraph(self, text: str, style: str = "Normal") -> None:
        """One paragraph."""
        if text:
            self._append(_paragraph(style, _run(text)))

    def bullets(self, lines: Sequence[tuple[str, str]]) -> None:
        """Points of a list: bold words first, then the rest."""
        for first, rest in lines:
            bold = _run(first + (" " if rest else ""), "<w:rPr><w:b/></w:rPr>") if first else ""
            self._append(_paragraph("ListBullet", bold + (_run(rest) if rest else "")))

    def page_break(self) -> None:
        """Start a new page."""
        self.document.add_page_break()

    def _caption(self, label: str, number: int, text: str) -> str:
        counter = _field(rf"SEQ {label} \* ARABIC", str(number))
        inside = _run(f"{label} ") + counter + _run(f". {text}")
        return _paragraph("Caption", inside)

    def table(self, caption: str, table: Table) -> None:
        """A table with its caption above and a header row that is repeated on every page."""
        self._tables += 1
        self._append(self._caption("Table", self._tables, caption))
        twips = [round(width * TWIPS_PER_CM) for width in _widths(table)]

        def cell(place: int, text: str, style: str) -> str:
            right = '<w:jc w:val="right"/>' if place in table.numeric else ""
            return (
                f'<w:tc><w:tcPr><w:tcW w:w="{twips[place]}" w:type="dxa"/></w:tcPr>'
                f"{_paragraph(style, _run(text), right)}</w:tc>"
            )

        def line(cells: Sequence[str], style: str, more: str) -> str:
            inside = "".join(cell(place, text, style) for place, text in enumerate(cells))
            return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inside}</w:tr>"

        rule = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="AEB7BD"/>'
            for side in ("top", "bottom", "insideH")
        )
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
        self._append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{rule}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
            '<w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
            f'w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={quoteattr(_clean(caption))}/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{line(table.columns, 'Tablehead', '<w:tblHeader/>')}"
            + "".join(line(row, "Tabletext", "") for row in table.rows)
            + "</w:tbl>"
        )
        self._append(_paragraph("Note", ""))

    def picture(self, png: bytes, alt: str, caption: str) -> None:
        """A picture with its caption above and its words for those who do not see it."""
        self._figures += 1
        self._append(self._caption("Figure", self._figures, caption))
        shape = self.document.add_picture(io.BytesIO(png), width=Cm(PICTURE_CM))
        described = shape._inline.docPr
        described.set("id", str(self._figures))
        described.set("name", f"Figure {self._figures}")
        described.set("descr", _clean(alt))

    def _fill_contents(self) -> None:
        """Contents with their entries: a reader sees them without having to work out any field.

        No page numbers: only a program that lays the pages out knows them. Every entry is a link.
        """
        if self._contents is None:
            return
        entries = [entry for entry in self._bookmarks if entry[2] == 1]
        place = self._contents._p
        for number, (name, text, _) in enumerate(entries):
            link = f'<w:hyperlink w:anchor="{name}" w:history="1">{_run(text)}</w:hyperlink>'
            start = (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\n \\u </w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                if number == 0
                else ""
            )
            end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if number == len(entries) - 1 else ""
            place.addprevious(_parsed(_paragraph("TOC1", f"{start}{link}{end}")))
        place.getparent().remove(place)

    def to_bytes(self) -> bytes:
        """The finished document; every part of the archive has the same fixed time."""
        self._fill_contents()
        written, fixed = io.BytesIO(), io.BytesIO()
        self.document.save(written)
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                part = zipfile.ZipInfo(entry.filename, FIXED_TIME)
                part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                target.writestr(part, source.read(entry))
        return fixed.getvalue()
