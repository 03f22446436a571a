#include "ui/help/page_html.h"

#include <QPalette>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextTable>

#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int linePercent = 130, cellPadding = 5, codeMargin = 16, gap = 10, headingGap = 22;

QString nameOfHeading(const QString& heading) {
    QString name;
    for (const QChar c : heading.toLower())
        if (c.isLetterOrNumber() || c == u'-' || c == u'_')
            name += c;
        else if (c == u' ')
            name += u'-';
    return name;
}

bool isCode(const QTextBlock& block) { return block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage); }

void styleTable(QTextTable& table, const QPalette& palette) {
    QTextTableFormat format = table.format();
    format.setCellPadding(cellPadding);
    format.setCellSpacing(0);
    format.setBorder(1);
    format.setBorderCollapse(true);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(borderColor(palette));
    format.setTopMargin(gap);
    format.setBottomMargin(gap);
    table.setFormat(format);
    for (int column = 0; column < table.columns(); ++column) {
        QTextTableCell cell = table.cellAt(0, column);
        QTextCharFormat heading = cell.format();
        heading.setBackground(palette.alternateBase());
        cell.setFormat(heading);
    }
}

void styleHeading(const QTextBlock& block) {
    QTextCursor cursor(block);
    QTextBlockFormat format = block.blockFormat();
    format.setTopMargin(block.position() == 0 ? 0 : headingGap);
    format.setBottomMargin(gap);
    cursor.setBlockFormat(format);
    QTextCharFormat place;
    place.setAnchor(true);
    place.setAnchorNames({nameOfHeading(block.text())});
    cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
    cursor.mergeCharFormat(place);
}

/// Lines of code are blocks of their own; only the last one has a gap below. Higher lines would leave stripes between
/// their backgrounds.
void styleCode(const QTextBlock& block, const QPalette& palette) {
    QTextBlockFormat format = block.blockFormat();
    format.setBackground(palette.alternateBase());
    format.setLeftMargin(codeMargin);
    format.setTopMargin(isCode(block.previous()) ? 0 : gap);
    format.setBottomMargin(isCode(block.next()) ? 0 : gap);
    QTextCursor(block).setBlockFormat(format);
}

void styleText(const QTextBlock& block, const QPalette& palette) {
    QTextCursor cursor(block);
    QTextCharFormat code;
    code.setBackground(palette.alternateBase());
    bool hasPicture = false;
    for (auto it = block.begin(); !it.atEnd(); ++it) {
        const QTextFragment piece = it.fragment();
        hasPicture |= piece.charFormat().isImageFormat();
        if (!piece.charFormat().fontFixedPitch()) continue;
        cursor.setPosition(piece.position());
        cursor.setPosition(piece.position() + piece.length(), QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(code);
    }
    if (hasPicture) return;  // its line is high enough
    QTextBlockFormat lines;
    lines.setLineHeight(linePercent, QTextBlockFormat::ProportionalHeight);
    QTextCursor(block).mergeBlockFormat(lines);
}

}  // namespace

QString pageHtml(const QString& markdown, const QPalette& palette) {
    QTextDocument page;
    page.setUndoRedoEnabled(false);
    page.setMarkdown(markdown);
    for (QTextFrame* frame : page.rootFrame()->childFrames())
        if (auto* table = qobject_cast<QTextTable*>(frame)) styleTable(*table, palette);
    for (QTextBlock block = page.begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() > 0)
            styleHeading(block);
        else
            isCode(block) ? styleCode(block, palette) : styleText(block, palette);
    }
    return page.toHtml();
}

}  // namespace fanlight::ui
