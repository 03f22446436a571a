#pragma once

#include <QStyledItemDelegate>

namespace fanlight::ui {

/// Paints a cell of the gallery: the picture, its stars or the cross of a reject, progress while it is being made, and
/// the prompt below. State is shown by sign and word, never by colour alone.
class GalleryDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// Of a cell's corners, in logical pixels.
    static constexpr int radius = 6;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace fanlight::ui
