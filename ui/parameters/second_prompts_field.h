#pragma once

#include <QHash>
#include <QWidget>

class QLineEdit;

namespace fanlight::ui {

/// What the second text encoder of a model reads in place of the prompt and the negative prompt.
class SecondPromptsField : public QWidget {
    Q_OBJECT

public:
    explicit SecondPromptsField(QWidget* parent = nullptr);

    /// `rule` as in parameter_rules(); does not emit edited().
    void setPrompt(const QString& rule, const QString& text);

Q_SIGNALS:
    /// Empty: the first one's is read.
    void edited(const QString& rule, const QString& text);

private:
    QHash<QString, QLineEdit*> lines_;  ///< by rule
};

}  // namespace fanlight::ui
