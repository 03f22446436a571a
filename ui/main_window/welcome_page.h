#pragma once

#include <QWidget>

namespace fanlight::ui {

class PromptEdit;

/// Shown at the first start: a prompt that the starter model knows, and one button that makes its picture. Who pastes a
/// list gets to the list.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

    void focusPrompt();

Q_SIGNALS:
    void accepted(const QString& prompt);
    /// A list of prompts, instead of one.
    void listPasted(const QString& lines);
    void skipped();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeIdeas();

    PromptEdit* prompt_;
};

}  // namespace fanlight::ui
