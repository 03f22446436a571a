#pragma once

#include <QWidget>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace fanlight::ui {

inline constexpr int fieldSpacing = 10;  ///< pixels between fields

/// A control with its name above it and a "?" that unfolds its help. Screen readers get both.
class Field : public QWidget {
    Q_OBJECT

public:
    Field(const QString& name, QWidget* control, const QString& help, QWidget* parent = nullptr);

    void setHelp(const QString& help);

private:
    QWidget* control_;
    QToolButton* button_;
    QLabel* help_;
};

/// Fields under a heading that collapses them.
class Section : public QWidget {
    Q_OBJECT

public:
    explicit Section(const QString& title, QWidget* parent = nullptr);

    void add(QWidget* field);
    /// Side by side, equally wide.
    void addRow(const QList<QWidget*>& fields);
    void setOpen(bool open);

private:
    QToolButton* heading_;
    QWidget* body_;
    QVBoxLayout* fields_;
};

}  // namespace fanlight::ui
