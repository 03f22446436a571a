#pragma once

#include <QSyntaxHighlighter>

namespace fanlight::ui {

/// Highlights brackets, weights and names in a prompt.
class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

public:
    explicit PromptHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

protected:
    void highlightBlock(const QString& text) override;
};

}  // namespace fanlight::ui
