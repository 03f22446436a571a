#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace fanlight::ui {

/// How weights in prompts act, or that prompts have none and are taken literally.
class EmphasisField : public QWidget {
    Q_OBJECT

public:
    explicit EmphasisField(QWidget* parent = nullptr);

    /// As in parameter_rules(), where either says that prompts are literal; does not emit edited().
    void setEmphasis(const QString& emphasis, const QString& literal);

Q_SIGNALS:
    /// `emphasis` is never "literal", which `literal` says, "yes" or "no".
    void edited(const QString& emphasis, const QString& literal);

private:
    void announce();

    QComboBox* emphasis_;
    QCheckBox* literal_;
};

}  // namespace fanlight::ui
