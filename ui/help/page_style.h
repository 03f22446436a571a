#pragma once

class QPalette;
class QTextDocument;

namespace fanlight::ui {

/// Gives tables, code and lines of a document that was read from Markdown the look of the window.
void stylePage(QTextDocument& page, const QPalette& palette);

}  // namespace fanlight::ui
