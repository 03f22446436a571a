#pragma once

#include <QPlainTextEdit>

namespace fanlight::ui {

/// A field for a prompt: colours its syntax, keeps it left to right in right-to-left text, changes weights with Ctrl+Up
/// and Ctrl+Down. It has no undo of its own: the document's serves it.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit PromptEdit(QWidget* parent = nullptr);

    /// Without the marks that are only shown.
    QString text() const;
    /// Keeps the cursor where it is as far as that goes. No edited() follows.
    void setText(const QString& text);

Q_SIGNALS:
    /// The user changed the text.
    void edited(const QString& text);
    /// Enter; Shift+Enter begins a new line.
    void entered();
    /// Several lines were pasted or dropped into an empty field, which stays empty.
    void linesPasted(const QString& lines);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;
    QMimeData* createMimeDataFromSelection() const override;

private:
    void changed();
    void pressPastIsolates(QKeyEvent* event);
    void show(const QString& text, int start, int end);
    void align(const QString& text);
    int shownPosition(int plain) const;
    int plainPosition(int shown) const;

    bool showing_ = false;
    bool isolating_ = false;  ///< the text that is shown has marks of ours in it
};

}  // namespace fanlight::ui
