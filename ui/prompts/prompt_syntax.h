#pragma once

#include <QSyntaxHighlighter>
#include <vector>

#include "ui/prompts/marked_prompt.h"

namespace fanlight::ui {

/// Highlights what has a meaning in a prompt.
class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

public:
    explicit PromptHighlighter(QTextDocument* document);

    const PromptReading& reading() const { return reading_; }
    void setReading(const PromptReading& reading);
    /// The document contains isolates that are not part of the prompt.
    void setIsolating(bool isolating);
    /// After a change of the text: brackets and groups reach over lines, in both directions.
    void followLines();

protected:
    void highlightBlock(const QString& text) override;

private:
    void readMarks();

    PromptReading reading_;
    bool isolating_ = false;
    bool isStale_ = true;
    std::vector<MarkedStretch> marks_;  ///< positions in the document
};

}  // namespace fanlight::ui
