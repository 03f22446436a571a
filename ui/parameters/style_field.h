#pragma once

#include <QWidget>

class QLineEdit;
class QListWidget;
class QMenu;

namespace fanlight {
class Styles;
}

namespace fanlight::ui {

/// Styles by name, with semicolons between them: typed, or checked in a searchable list of those on this machine, which
/// is read off this thread whenever it opens.
class StyleField : public QWidget {
    Q_OBJECT

public:
    explicit StyleField(QWidget* parent = nullptr);

    /// As the rule "styles" reads it; "" if there is none.
    QString styles() const;
    /// Does not emit edited().
    void setStyles(const QString& styles);
    /// The list's, which is then not read.
    void setKnown(const Styles& styles);

Q_SIGNALS:
    /// By the user.
    void edited(const QString& styles);

private:
    void fill();
    void showChecked();
    void takeChecked();
    void filter(const QString& text);

    QLineEdit* names_;
    QMenu* menu_;
    QLineEdit* search_;
    QListWidget* list_;
};

}  // namespace fanlight::ui
