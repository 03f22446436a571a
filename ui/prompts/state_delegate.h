#pragma once

#include <QStyledItemDelegate>

namespace fanlight::ui {

class PromptTable;

/// Draws a row's live state: an icon and words, a thin bar while an image is in progress, the last image if there is
/// one.
class StateDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Draws the parameter cells: inherited values are paler than the row's own, and long ones that begin alike show where
/// they differ. What is typed goes into all selected rows.
class ValueDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit ValueDelegate(PromptTable* table);

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    PromptTable* const table_;
};

}  // namespace fanlight::ui
