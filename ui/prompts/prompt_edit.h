#pragma once

#include <QPlainTextEdit>

#include "ui/prompts/marked_prompt.h"

namespace fanlight::ui {

class NameOffers;
class OfferedNames;
class PromptHighlighter;

/// An editor for a prompt: highlights its syntax, keeps that left to right in right-to-left text, changes weights with
/// Ctrl+Up and Ctrl+Down. It has no undo stack of its own: the prompt list's is used.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit PromptEdit(QWidget* parent = nullptr);

    /// What an empty one shows.
    void setHint(const QString& text);
    /// Without the invisible marks added for display.
    QString text() const;
    /// Keeps the cursor in place as far as possible. Does not emit edited().
    void setText(const QString& text);
    /// Offers them while they are typed.
    void offerNames(OfferedNames* names);
    /// Of the cursor, in text().
    int position() const;
    /// As if the user had typed `with` in place of what is between these positions in text().
    void replace(int begin, int end, const QString& with);
    /// What has a meaning in the prompt.
    void setReading(const PromptReading& reading);

Q_SIGNALS:
    /// The user changed the text.
    void edited(const QString& text);
    /// The user changed a weight with Ctrl+Up or Ctrl+Down.
    void reweighted(const QString& text);
    /// Enter; Shift+Enter begins a new line.
    void entered();
    /// Several lines were pasted or dropped into an empty field, or in place of its whole text, which stays.
    void linesPasted(const QString& lines);

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;
    QMimeData* createMimeDataFromSelection() const override;

private:
    void changed();
    void pressKey(QKeyEvent* event);
    void pressPastIsolates(QKeyEvent* event);
    void show(const QString& text, int start, int end);
    void align(const QString& text);
    int shownPosition(int plain) const;
    int plainPosition(int shown) const;

    PromptHighlighter* const highlighter_;
    NameOffers* offers_ = nullptr;
    bool showing_ = false;
    bool isolating_ = false;  ///< the displayed text contains isolates added here
};

}  // namespace fanlight::ui
