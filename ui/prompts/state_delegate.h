#pragma once

#include <QStyledItemDelegate>

namespace fanlight::ui {

/// Draws a row's live state: an icon and words, a thin bar while an image is in progress, the last image if there is
/// one.
class StateDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Draws the parameter cells: inherited values are paler than the row's own.
class ValueDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace fanlight::ui
