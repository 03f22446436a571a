#pragma once

#include <vector>

#include "ui/prompts/prompt_file.h"

class QMimeData;

namespace fanlight::ui {

/// Rows for the clipboard: for Fanlight's windows with everything that they say, for other programs as lines if they
/// are mere prompts, else as a table that spreadsheets read. The caller owns it.
QMimeData* clipboardData(const std::vector<PromptEntry>& rows);

/// The rows, or the text of any program that means some.
ReadPrompts rowsOfClipboard(const QMimeData& data, const ColumnChoices& choices = {});

/// The cells of copied text, by line; those of a spreadsheet are separated by tabs, and may have line breaks.
std::vector<QStringList> cellsOfText(const QString& text);

/// The same text for cells, which cellsOfText() reads back: one a line.
QString textOfCells(const QStringList& cells);

}  // namespace fanlight::ui
