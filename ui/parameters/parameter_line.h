#pragma once

#include <QLineEdit>

namespace fanlight::ui {

/// A parameter that is written as a text, and may be left out.
class ParameterLine : public QLineEdit {
    Q_OBJECT

public:
    /// `usual`: what is shown where there is none.
    explicit ParameterLine(const QString& usual, QWidget* parent = nullptr);

    /// Does not emit edited().
    void setValue(const QString& value);

Q_SIGNALS:
    /// Without blanks around it; empty: none.
    void edited(const QString& value);
};

}  // namespace fanlight::ui
