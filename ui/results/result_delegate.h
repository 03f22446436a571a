#pragma once

#include <QStyledItemDelegate>

namespace fanlight::ui {

/// Draws prompts and answers in up to two lines, each in the direction of its own script whatever the window's, and why
/// there is no answer in the colour of failures.
class ResultDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace fanlight::ui
