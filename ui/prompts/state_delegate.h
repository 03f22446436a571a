#pragma once

#include <QStyledItemDelegate>

namespace fanlight::ui {

/// Draws a row's live state: an icon and words, a thin bar while an image is being made, the last image when there is
/// one.
class StateDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Draws the cells of parameters: what a row inherits is paler than what it says itself.
class ValueDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace fanlight::ui
