#pragma once

#include <QString>
#include <QSyntaxHighlighter>

namespace fanlight::ui {

/// The prompt with Unicode's invisible isolates (UAX #9) around its syntax, so that "(word:1.2)", "<lora:…>", "{a|b}"
/// and "__name__" read from left to right in Arabic or Hebrew text too. Text that has no need of it, or isolates of its
/// own, comes back as it is.
QString isolatedSyntax(const QString& prompt);

/// Is this text what isolatedSyntax() makes, or would it change it?
bool needsIsolation(const QString& prompt);

/// Without the isolates.
QString withoutIsolates(const QString& text);

/// Colours brackets, weights and names in a prompt.
class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

public:
    explicit PromptHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

protected:
    void highlightBlock(const QString& text) override;
};

}  // namespace fanlight::ui
