#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;

namespace fanlight::ui {

/// Says what went wrong, or what to know: one plain sentence, more on demand, one thing to do about it. It stays until
/// closed, or what it said is over, and never takes the keyboard focus.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Problem, Notice, Done };
    /// What a message is about: it goes when that is over. A message about nothing in particular stays until closed.
    enum class About { Nothing, File, UnsavedChanges, Rows, Plan, Model, Devices, Run };

    explicit MessageBar(QWidget* parent = nullptr);

    void show(Kind kind, const QString& sentence, const QString& details = {});
    /// The same with a button labelled `action` beside it.
    void show(Kind kind, const QString& sentence, const QString& details, const QString& action,
              std::function<void()> act);

    /// Of the message that is shown.
    void setAbout(About about) { about_ = about; }
    /// What such messages said is over.
    void settle(About about);

    /// A notice that replaces nothing unread: below a problem or another notice it is one of the details.
    void notice(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintIcon();
    void announce(const QString& sentence);

    Kind kind_ = Kind::Done;
    About about_ = About::Nothing;
    QLabel* icon_;
    QLabel* sentence_;
    QLabel* details_;
    QPushButton* more_;
    QPushButton* action_;
    std::function<void()> act_;
};

}  // namespace fanlight::ui
