#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;

namespace fanlight::ui {

/// Says what went wrong, or what to know: one plain sentence, more on demand, one thing to do about it. It stays until
/// closed and never takes the keyboard focus.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Problem, Notice, Done };

    explicit MessageBar(QWidget* parent = nullptr);

    void show(Kind kind, const QString& sentence, const QString& details = {});
    /// The same with a button labelled `action` beside it.
    void show(Kind kind, const QString& sentence, const QString& details, const QString& action,
              std::function<void()> act);

    /// A notice that replaces nothing unread: below a problem or another notice it is one of the details.
    void notice(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintIcon();
    void announce(const QString& sentence);

    Kind kind_ = Kind::Done;
    QLabel* icon_;
    QLabel* sentence_;
    QLabel* details_;
    QPushButton* more_;
    QPushButton* action_;
    std::function<void()> act_;
};

}  // namespace fanlight::ui
