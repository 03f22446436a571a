#include "ui/help/page_style.h"

#include <QPalette>
#include <QTextBlock>
#include <QTextTable>

#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int linePercent = 130, cellPadding = 5, codeMargin = 16, paragraphGap = 10;

bool isCode(const QTextBlock& block) { return block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage); }

void styleTable(QTextTable& table, const QPalette& palette) {
    QTextTableFormat format = table.format();
    format.setCellPadding(cellPadding);
    format.setCellSpacing(0);
    format.setBorder(1);
    format.setBorderCollapse(true);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(borderColor(palette));
    format.setBottomMargin(paragraphGap);
    table.setFormat(format);
    for (int column = 0; column < table.columns(); ++column) {
        QTextTableCell cell = table.cellAt(0, column);
        QTextCharFormat heading = cell.format();
        heading.setBackground(palette.alternateBase());
        cell.setFormat(heading);
    }
}

/// Lines of a block of code are blocks of their own; only the last one has a gap below.
void styleCode(const QTextBlock& block, const QPalette& palette) {
    QTextBlockFormat format = block.blockFormat();
    format.setBackground(palette.alternateBase());
    format.setLeftMargin(codeMargin);
    format.setTopMargin(0);
    format.setBottomMargin(isCode(block.next()) ? 0 : paragraphGap);
    format.setLineHeight(linePercent, QTextBlockFormat::ProportionalHeight);
    QTextCursor(block).setBlockFormat(format);
}

void styleText(const QTextBlock& block, const QPalette& palette) {
    QTextCursor cursor(block);
    QTextBlockFormat lines;
    lines.setLineHeight(linePercent, QTextBlockFormat::ProportionalHeight);
    cursor.mergeBlockFormat(lines);
    QTextCharFormat code;
    code.setBackground(palette.alternateBase());
    for (auto it = block.begin(); !it.atEnd(); ++it) {
        const QTextFragment piece = it.fragment();
        if (!piece.charFormat().fontFixedPitch()) continue;
        cursor.setPosition(piece.position());
        cursor.setPosition(piece.position() + piece.length(), QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(code);
    }
}

}  // namespace

void stylePage(QTextDocument& page, const QPalette& palette) {
    for (QTextFrame* frame : page.rootFrame()->childFrames())
        if (auto* table = qobject_cast<QTextTable*>(frame)) styleTable(*table, palette);
    for (QTextBlock block = page.begin(); block.isValid(); block = block.next())
        isCode(block) ? styleCode(block, palette) : styleText(block, palette);
}

}  // namespace fanlight::ui
