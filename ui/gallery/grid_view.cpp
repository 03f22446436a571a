#include "ui/gallery/grid_view.h"

#include <QDrag>
#include <QGuiApplication>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyleOptionRubberBand>
#include <QStylePainter>
#include <QWheelEvent>
#include <algorithm>

#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

constexpr int gap = 8;
constexpr int captionLines = 1;
constexpr int dragIconSide = 96;

}  // namespace

GridView::GridView(QWidget* parent) : QAbstractItemView(parent) {
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectItems);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    frameOnFocus(this);
    setAutoScroll(true);
    connect(verticalScrollBar(), &QAbstractSlider::actionTriggered, this, [this] {
        if (verticalScrollBar()->sliderPosition() < verticalScrollBar()->value()) Q_EMIT scrolledUp();
    });
}

void GridView::setCellSize(int pixels) {
    pixels = std::clamp(pixels, minCellSize, maxCellSize);
    if (pixels == cellSize_) return;
    const QModelIndex kept = currentIndex().isValid() ? currentIndex() : indexAt(viewport()->rect().center());
    cellSize_ = pixels;
    updateGeometries();
    if (kept.isValid()) scrollTo(kept, PositionAtCenter);
    viewport()->update();
    announceVisible();
    Q_EMIT cellSizeChanged(pixels);
}

int GridView::columns() const { return std::max(1, (viewport()->width() - gap) / (cellSize_ + gap)); }

QSize GridView::cell() const {
    const int side = std::max(32, (viewport()->width() - gap) / columns() - gap);
    return {side, side + captionLines * fontMetrics().lineSpacing() + gap};
}

int GridView::lines() const { return (rows() + columns() - 1) / columns(); }

QRect GridView::cellRect(int row) const {
    const QSize size = cell();
    const int column = row % columns();
    return {QPoint(gap + column * (size.width() + gap), gap + row / columns() * (size.height() + gap)), size};
}

QRect GridView::visualRect(const QModelIndex& index) const {
    if (!index.isValid()) return {};
    const QRect rect = cellRect(index.row()).translated(0, -verticalOffset());
    return QStyle::visualRect(layoutDirection(), viewport()->rect(), rect);
}

void GridView::scrollTo(const QModelIndex& index, ScrollHint hint) {
    if (!index.isValid()) return;
    const QRect rect = cellRect(index.row()).adjusted(0, -gap, 0, gap);
    const int height = viewport()->height();
    int top = verticalOffset();
    if (hint == PositionAtCenter)
        top = rect.center().y() - height / 2;
    else if (hint == PositionAtTop || rect.top() < top)
        top = rect.top();
    else if (hint == PositionAtBottom || rect.bottom() >= top + height)
        top = rect.bottom() + 1 - height;
    verticalScrollBar()->setValue(top);
}

QModelIndex GridView::indexAt(const QPoint& point) const {
    const QPoint mirrored(layoutDirection() == Qt::RightToLeft ? viewport()->width() - 1 - point.x() : point.x(),
                          point.y() + verticalOffset());
    const QSize size = cell();
    const int column = (mirrored.x() - gap) / (size.width() + gap);
    const int line = (mirrored.y() - gap) / (size.height() + gap);
    if (mirrored.x() < gap || mirrored.y() < gap || column >= columns()) return {};
    const int row = line * columns() + column;
    return row < rows() && cellRect(row).contains(mirrored) ? model()->index(row, 0) : QModelIndex();
}

QModelIndex GridView::moveCursor(CursorAction action, Qt::KeyboardModifiers) {
    if (rows() == 0) return {};
    if (action == MoveUp || action == MovePrevious || action == MovePageUp || action == MoveHome) Q_EMIT scrolledUp();
    const int current = currentIndex().isValid() ? currentIndex().row() : -1;
    const int page = std::max(1, viewport()->height() / (cell().height() + gap)) * columns();
    const int forward = layoutDirection() == Qt::RightToLeft ? -1 : 1;
    const auto moved = [&] {
        switch (action) {
            case MoveLeft:
                return current - forward;
            case MoveRight:
                return current + forward;
            case MovePrevious:
                return current - 1;
            case MoveNext:
                return current + 1;
            case MoveUp:
                return current < columns() ? current : current - columns();
            case MoveDown:
                return current + columns() < rows()        ? current + columns()
                       : current / columns() < lines() - 1 ? rows() - 1
                                                           : current;
            case MovePageUp:
                return current - page;
            case MovePageDown:
                return current + page;
            case MoveHome:
                return 0;
            case MoveEnd:
                return rows() - 1;
        }
        return current;
    };
    return model()->index(current < 0 ? 0 : std::clamp(moved(), 0, rows() - 1), 0);
}

int GridView::verticalOffset() const { return verticalScrollBar()->value(); }

/// Selects the cells that a rectangle of the viewport touches: one range of rows per line.
void GridView::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command) {
    QItemSelection selection;
    if (rect.width() <= 1 && rect.height() <= 1) {  // a click
        if (const QModelIndex index = indexAt(rect.topLeft()); index.isValid()) selection.select(index, index);
    } else if (state() != DragSelectingState && currentIndex().isValid()) {  // from one cell to another: all in between
        const QModelIndex a = indexAt(rect.topLeft());
        const QModelIndex b = indexAt(rect.bottomRight());
        const int from = a.isValid() ? a.row() : currentIndex().row();
        const int to = b.isValid() ? b.row() : currentIndex().row();
        selection.select(model()->index(std::min(from, to), 0), model()->index(std::max(from, to), 0));
    } else {
        const QRect mirrored = QStyle::visualRect(layoutDirection(), viewport()->rect(), rect.normalized());
        const QRect contents = mirrored.translated(0, verticalOffset());
        const QSize size = cell();
        const int firstLine = std::max(0, (contents.top() - gap) / (size.height() + gap));
        const int lastLine = std::min(lines() - 1, (contents.bottom() - gap) / (size.height() + gap));
        const int firstColumn = std::max(0, (contents.left() - gap) / (size.width() + gap));
        const int lastColumn = std::min(columns() - 1, (contents.right() - gap) / (size.width() + gap));
        for (int line = firstLine; line <= lastLine; ++line) {
            const int first = line * columns() + firstColumn;
            const int last = std::min(line * columns() + lastColumn, rows() - 1);
            if (first <= last) selection.select(model()->index(first, 0), model()->index(last, 0));
        }
    }
    selectionModel()->select(selection, command);
}

QRegion GridView::visualRegionForSelection(const QItemSelection& selection) const {
    QRegion region;
    const QModelIndex first = indexAt({gap, gap});
    for (const QItemSelectionRange& range : selection) {
        const int from = std::max(range.top(), first.isValid() ? first.row() - columns() : 0);
        for (int row = from; row <= range.bottom(); ++row) {
            const QRect rect = visualRect(model()->index(row, 0));
            if (rect.top() > viewport()->height()) break;
            region += rect;
        }
    }
    return region;
}

void GridView::updateGeometries() {
    const int line = cell().height() + gap;
    verticalScrollBar()->setRange(0, std::max(0, gap + lines() * line - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(line / 3);
    QAbstractItemView::updateGeometries();
    announceVisible();
}

/// Keeps what the user is looking at in place when images arrive above it.
void GridView::rowsInserted(const QModelIndex& parent, int start, int end) {
    const int line = cell().height() + gap;
    const int firstVisible = verticalOffset() / line * columns();
    const int endOfVisible = ((verticalOffset() + viewport()->height()) / line + 1) * columns();
    QAbstractItemView::rowsInserted(parent, start, end);
    updateGeometries();
    if (start < firstVisible) verticalScrollBar()->setValue(verticalOffset() + (end - start + 1) / columns() * line);
    if (start < endOfVisible) viewport()->update();
}

void GridView::rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end) {
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    scheduleDelayedItemsLayout();
}

void GridView::scrollContentsBy(int dx, int dy) {
    Q_UNUSED(dx)
    scrollDirtyRegion(0, dy);
    viewport()->scroll(0, dy);
    announceVisible();
}

void GridView::announceVisible() {
    const int line = cell().height() + gap;
    const int first = std::max(0, (verticalOffset() - gap) / line) * columns();
    const int last = std::min(rows() - 1, (verticalOffset() + viewport()->height()) / line * columns() + columns() - 1);
    Q_EMIT visibleChanged(first, last);
}

void GridView::paintEvent(QPaintEvent* event) {
    QStylePainter painter(viewport());
    painter.setClipRegion(event->region());
    const int line = cell().height() + gap;
    const QRect dirty = event->region().boundingRect().translated(0, verticalOffset());
    const int first = std::max(0, (dirty.top() - gap) / line) * columns();
    const int last = std::min(rows() - 1, dirty.bottom() / line * columns() + columns() - 1);
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QPoint mouse = underMouse() ? viewport()->mapFromGlobal(QCursor::pos()) : QPoint(-1, -1);
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = model()->index(row, 0);
        option.rect = visualRect(index);
        if (!event->region().intersects(option.rect)) continue;
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index == currentIndex());
        option.state.setFlag(QStyle::State_MouseOver, option.rect.contains(mouse));
        itemDelegate()->paint(&painter, option, index);
    }
    if (band_.isNull()) return;
    QStyleOptionRubberBand band;
    band.initFrom(this);
    band.rect = bandRect();
    band.shape = QRubberBand::Rectangle;
    painter.drawControl(QStyle::CE_RubberBand, band);
}

void GridView::resizeEvent(QResizeEvent* event) {
    const QModelIndex top = indexAt({viewport()->width() / 2, gap + 1});
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    if (top.isValid() && event->oldSize().width() != event->size().width() && verticalOffset() > 0)
        scrollTo(top, PositionAtTop);
}

void GridView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return QAbstractItemView::wheelEvent(event);
    setCellSize(cellSize_ + event->angleDelta().y() / 8);
    event->accept();
}

void GridView::startDrag(Qt::DropActions actions) {
    QModelIndexList indexes = selectedIndexes();
    if (indexes.isEmpty()) return;
    QMimeData* data = model()->mimeData(indexes);
    if (!data || !data->hasUrls() || data->urls().isEmpty()) return delete data;
    auto* drag = new QDrag(this);
    drag->setMimeData(data);
    drag->setPixmap(
        viewport()->grab(visualRect(currentIndex())).scaledToHeight(dragIconSide, Qt::SmoothTransformation));
    drag->exec(actions, Qt::CopyAction);
}

void GridView::mouseMoveEvent(QMouseEvent* event) {
    QAbstractItemView::mouseMoveEvent(event);
    if (state() != DragSelectingState) return;
    const QPoint point = event->position().toPoint() + QPoint(0, verticalOffset());
    const QRect before = bandRect();
    band_ = band_.isNull() ? QRect(point, point) : QRect(band_.topLeft(), point);
    viewport()->update(before | bandRect());
}

void GridView::mouseReleaseEvent(QMouseEvent* event) {
    QAbstractItemView::mouseReleaseEvent(event);
    viewport()->update(bandRect());
    band_ = {};
}

/// In the viewport, with its frame.
QRect GridView::bandRect() const {
    return band_.isNull() ? QRect() : band_.translated(0, -verticalOffset()).normalized().adjusted(-1, -1, 1, 1);
}

}  // namespace fanlight::ui

#include "moc_grid_view.cpp"
