#include "ui/results/result_delegate.h"

#include "ui/results/result_model.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

void ResultDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() == ResultModel::Prompt || index.column() == ResultModel::Answered) {
        option->direction = option->text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight;
        option->displayAlignment = Qt::AlignLeading | Qt::AlignVCenter;
        option->features |= QStyleOptionViewItem::WrapText;
    }
    const auto state = static_cast<ItemState>(index.data(ResultModel::StateRole).toInt());
    if (index.column() == ResultModel::Answered && state != ItemState::Done)
        option->palette.setColor(
            QPalette::Text, state == ItemState::Failed ? failedColor(option->palette) : mutedText(option->palette));
}

}  // namespace fanlight::ui

#include "moc_result_delegate.cpp"
