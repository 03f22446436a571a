#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace fanlight::ui {

class ManualPage;

/// The user's manual in a window of its own: links, back and forward, find in the page.
class ManualWindow : public QWidget {
    Q_OBJECT

public:
    static constexpr const char* firstPage = "index.md";

    /// Shows a page ("keys.md", "texts.md#score-texts") in the window that is open, or else in a new one, which closes
    /// with `owner`. GUI thread.
    static ManualWindow* open(QWidget* owner, const QString& page = firstPage);

    /// `folder`: where the pages are.
    explicit ManualWindow(const QString& folder);

    ManualPage& page() { return *page_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QToolButton* addButton(const QString& icon, const QString& text, const QKeySequence& key);
    void makeBar();
    void find(bool backwards);
    void showFound(bool found);

    ManualPage* page_;
    QWidget* bar_;
    QLineEdit* find_;
    QLabel* result_;
};

}  // namespace fanlight::ui
