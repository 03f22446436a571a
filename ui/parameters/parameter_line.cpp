#include "ui/parameters/parameter_line.h"

namespace fanlight::ui {

ParameterLine::ParameterLine(const QString& usual, QWidget* parent) : QLineEdit(parent) {
    setPlaceholderText(usual);
    connect(this, &QLineEdit::textEdited, this, [this](const QString& text) { Q_EMIT edited(text.trimmed()); });
}

void ParameterLine::setValue(const QString& value) {
    if (value != text().trimmed()) setText(value);
}

}  // namespace fanlight::ui

#include "moc_parameter_line.cpp"
