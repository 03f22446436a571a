#include "ui/viewer/picture_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyleOption>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace fanlight::ui {

namespace {

constexpr qreal maxZoom = 32;
constexpr qreal minZoom = 0.02;
constexpr qreal keyStep = 1.25;
constexpr qreal wheelStep = 1.0015;  // per eighth of a degree
constexpr qreal panStep = 0.1;       // fraction of the widget
constexpr qreal splitStep = 0.02;
constexpr qreal reach = 12;  // distance at which the line can be grabbed, in pixels
constexpr qreal sharpFrom = 2;

}  // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(96, 96);
}

void PictureView::setImage(const QImage& image) {
    image_ = image;
    message_.clear();
    update();
}

void PictureView::setOther(const QImage& other) {
    other_ = other;
    update();
}

void PictureView::setMessage(const QString& message) {
    image_ = {};
    message_ = message;
    update();
}

void PictureView::setViewpoint(const Viewpoint& viewpoint) {
    if (viewpoint == viewpoint_) return;
    viewpoint_ = viewpoint;
    update();
}

qreal PictureView::fittingZoom() const {
    if (image_.isNull()) return 1;
    return std::min(qreal(width()) / image_.width(), qreal(height()) / image_.height());
}

qreal PictureView::zoom() const { return viewpoint_.zoom > 0 ? viewpoint_.zoom : fittingZoom(); }

void PictureView::zoomBy(qreal factor) { zoomTo(zoom() * factor, QRectF(rect()).center()); }
void PictureView::fit() { change({}); }

void PictureView::toggleFit() {
    if (viewpoint_.zoom > 0) return fit();
    zoomTo(1 / devicePixelRatioF(), QRectF(rect()).center());
}

void PictureView::setSplit(qreal split) {
    split_ = std::clamp(split, 0.0, 1.0);
    update();
    Q_EMIT splitChanged(split_);
}

/// The picture's rectangle in the widget.
QRectF PictureView::target() const {
    const QSizeF size = QSizeF(image_.size()) * zoom();
    const auto place = [](qreal widget, qreal picture, qreal center) {
        return picture <= widget ? (widget - picture) / 2
                                 : std::clamp(widget / 2 - center * picture, widget - picture, 0.0);
    };
    return {QPointF(place(width(), size.width(), viewpoint_.center.x()),
                    place(height(), size.height(), viewpoint_.center.y())),
            size};
}

/// The point under `around` stays there.
void PictureView::zoomTo(qreal zoom, const QPointF& around) {
    if (image_.isNull()) return;
    const QRectF before = target();
    const qreal to = std::clamp(zoom, std::min(minZoom, fittingZoom()), maxZoom);
    const QPointF point((around.x() - before.x()) / before.width(), (around.y() - before.y()) / before.height());
    const QSizeF size = QSizeF(image_.size()) * to;
    const QPointF off(around - QPointF(width() / 2.0, height() / 2.0));
    change({{std::clamp(point.x() - off.x() / size.width(), 0.0, 1.0),
             std::clamp(point.y() - off.y() / size.height(), 0.0, 1.0)},
            to});
}

void PictureView::change(Viewpoint viewpoint) {
    if (viewpoint == viewpoint_) return;
    viewpoint_ = viewpoint;
    update();
    Q_EMIT viewpointChanged(viewpoint_);
}

bool PictureView::nearLine(const QPointF& point) const {
    const QRectF rect = target();
    return !other_.isNull() && std::abs(point.x() - (rect.left() + split_ * rect.width())) <= reach;
}

/// The focus is shown to those who go there by keys.
void PictureView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.save();
    paintImages(painter);
    painter.restore();
    QStyleOptionFocusRect focus;
    focus.initFrom(this);
    if (hasFocus() && focus.state & QStyle::State_KeyboardFocusChange)
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, &painter, this);
}

void PictureView::paintImages(QPainter& painter) {
    if (image_.isNull()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, message_);
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, zoom() * devicePixelRatioF() < sharpFrom);
    const QRectF rect = target();
    painter.drawImage(rect, image_);
    if (other_.isNull()) return;
    const qreal x = rect.left() + split_ * rect.width();
    painter.setClipRect(QRectF(x, 0, width() - x, height()));
    painter.drawImage(rect, other_);
    painter.setClipping(false);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(0, 0, 0, 120), 4));
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()));
    painter.setPen(QPen(Qt::white, 2));
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()));
    painter.setPen(QPen(QColor(0, 0, 0, 120), 1));
    painter.setBrush(Qt::white);
    const QPointF knob(x, std::clamp(rect.center().y(), 0.0, qreal(height())));
    painter.drawEllipse(knob, 11, 11);
    painter.setPen(QPen(QColor(60, 60, 60), 1.6));
    for (const int side : {-1, 1}) {
        const QPointF tip = knob + QPointF(side * 7, 0);
        painter.drawPolyline(QPolygonF({tip + QPointF(-side * 3, -3), tip, tip + QPointF(-side * 3, 3)}));
    }
}

void PictureView::wheelEvent(QWheelEvent* event) {
    zoomTo(zoom() * std::pow(wheelStep, event->angleDelta().y()), event->position());
    event->accept();
}

void PictureView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    pressed_ = event->position();
    pressedViewpoint_ = viewpoint_;
    drag_ = nearLine(pressed_) ? Drag::Line : Drag::Picture;
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
    const QRectF rect = target();
    if (drag_ == Drag::Line) return setSplit((event->position().x() - rect.left()) / rect.width());
    const bool larger = rect.width() > width() || rect.height() > height();
    setCursor(nearLine(event->position())        ? Qt::SplitHCursor
              : drag_ == Drag::Picture && larger ? Qt::ClosedHandCursor
              : larger                           ? Qt::OpenHandCursor
                                                 : Qt::ArrowCursor);
    if (drag_ != Drag::Picture || !larger) return;
    const QPointF moved = event->position() - pressed_;
    change({{std::clamp(pressedViewpoint_.center.x() - moved.x() / rect.width(), 0.0, 1.0),
             std::clamp(pressedViewpoint_.center.y() - moved.y() / rect.height(), 0.0, 1.0)},
            viewpoint_.zoom});
}

void PictureView::mouseReleaseEvent(QMouseEvent*) { drag_ = Drag::None; }

void PictureView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (viewpoint_.zoom > 0) return fit();
    zoomTo(1 / devicePixelRatioF(), event->position());
}

void PictureView::keyPressEvent(QKeyEvent* event) {
    const auto pan = [this](qreal x, qreal y) {
        const QRectF rect = target();
        change({{std::clamp(viewpoint_.center.x() + x * width() / rect.width(), 0.0, 1.0),
                 std::clamp(viewpoint_.center.y() + y * height() / rect.height(), 0.0, 1.0)},
                viewpoint_.zoom});
    };
    const bool shifted = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoomBy(keyStep);
        case Qt::Key_Minus:
            return zoomBy(1 / keyStep);
        case Qt::Key_Z:
            return toggleFit();
        case Qt::Key_Left:
            if (!other_.isNull() && !shifted) return setSplit(split_ - splitStep);
            return shifted ? pan(-panStep, 0) : event->ignore();
        case Qt::Key_Right:
            if (!other_.isNull() && !shifted) return setSplit(split_ + splitStep);
            return shifted ? pan(panStep, 0) : event->ignore();
        case Qt::Key_Up:
            return shifted ? pan(0, -panStep) : event->ignore();
        case Qt::Key_Down:
            return shifted ? pan(0, panStep) : event->ignore();
        default:
            event->ignore();
    }
}

}  // namespace fanlight::ui

#include "moc_picture_view.cpp"
