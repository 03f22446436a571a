#pragma once

#include <QTextEdit>

#include "ui/results/run_answers.h"

namespace fanlight::ui {

/// One item in whole, to read and to copy from: facts, prompt and answer, each paragraph in the direction of its
/// script.
class AnswerView : public QTextEdit {
    Q_OBJECT

public:
    explicit AnswerView(QWidget* parent = nullptr);

    void showAnswer(const Task& task, const Answer& answer);
    /// Where to find what belongs here.
    void showHint(const QString& hint);

private:
    void append(const QString& text, const QColor& colour, bool heading = false);

    std::string prompt_;  ///< that is shown
};

}  // namespace fanlight::ui
