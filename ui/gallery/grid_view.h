#pragma once

#include <QAbstractItemView>

namespace fanlight::ui {

/// A grid of equal cells, the rows of a list model from the leading edge on. Cell positions are computed, so that a
/// hundred thousand cost no more than a hundred; QListView stores one for each. Cells are stretched to fill the width.
/// Mirrored in right-to-left layouts. Keyboard and selection work as in every Qt view.
class GridView : public QAbstractItemView {
    Q_OBJECT

public:
    explicit GridView(QWidget* parent = nullptr);

    /// The minimum side of a picture, in logical pixels; the caption comes below it.
    int cellSize() const { return cellSize_; }
    void setCellSize(int pixels);
    /// The actual size of a cell, without gaps.
    QSize cell() const;
    int columns() const;

    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint& point) const override;

    static constexpr int minCellSize = 96;
    static constexpr int maxCellSize = 448;

Q_SIGNALS:
    /// The range of visible rows has changed.
    void visibleChanged(int first, int last);
    void cellSizeChanged(int pixels);
    /// The user has scrolled towards the beginning, by whatever means.
    void scrolledUp();

protected:
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex&) const override { return false; }
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;

    void updateGeometries() override;
    void rowsInserted(const QModelIndex& parent, int start, int end) override;
    void rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end) override;
    void scrollContentsBy(int dx, int dy) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void startDrag(Qt::DropActions actions) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    int rows() const { return model() ? model()->rowCount() : 0; }
    int lines() const;
    /// In contents coordinates, neither scrolled nor mirrored.
    QRect cellRect(int row) const;
    QRect bandRect() const;
    void announceVisible();

    int cellSize_ = 176;
    QRect band_;  ///< rubber band being dragged, in contents coordinates
};

}  // namespace fanlight::ui
