#pragma once

#include <QDialog>
#include <vector>

#include "ui/prompts/prompt_entry.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace fanlight::ui {

class PromptEdit;

/// Asks for a value that several rows get, and for which field.
class ValueDialog : public QDialog {
    Q_OBJECT

public:
    /// Begins with the value that all these rows have, if they agree. `field`: its number in promptFields().
    ValueDialog(std::vector<PromptEntry> rows, int field, QWidget* parent = nullptr);

    int field() const;
    /// Empty: the rows leave the value open.
    QString text() const;

private:
    void showValue();
    void check();

    const std::vector<PromptEntry> rows_;
    QComboBox* field_;
    PromptEdit* value_;
    QLabel* mistake_;
    QPushButton* set_;
};

}  // namespace fanlight::ui
