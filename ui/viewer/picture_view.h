#pragma once

#include <QImage>
#include <QWidget>

class QPainter;

namespace fanlight::ui {

/// Which part of a picture is shown: the point in the middle, and the width of one picture pixel in logical pixels.
struct Viewpoint {
    QPointF center{0.5, 0.5};  ///< 0 to 1 over the picture
    qreal zoom = 0;            ///< 0: fits the widget

    bool operator==(const Viewpoint&) const = default;
};

/// One picture, with an optional second one on the other side of a movable dividing line. Zoomed by wheel, keys and
/// double click; moved by dragging and with the arrow keys while it is larger than the widget.
class PictureView : public QWidget {
    Q_OBJECT

public:
    explicit PictureView(QWidget* parent = nullptr);

    void setImage(const QImage& image);
    const QImage& image() const { return image_; }
    /// Shown right of the dividing line; null: no line.
    void setOther(const QImage& other);
    /// Shown instead of a picture.
    void setMessage(const QString& message);

    const Viewpoint& viewpoint() const { return viewpoint_; }
    void setViewpoint(const Viewpoint& viewpoint);
    /// The effective zoom, also while fitting.
    qreal zoom() const;
    void zoomBy(qreal factor);
    void fit();
    void toggleFit();

    /// Position of the dividing line, 0 to 1 from the picture's left.
    qreal split() const { return split_; }
    void setSplit(qreal split);

Q_SIGNALS:
    void viewpointChanged(const fanlight::ui::Viewpoint& viewpoint);
    void splitChanged(qreal split);

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paintImages(QPainter& painter);
    QRectF target() const;
    qreal fittingZoom() const;
    void zoomTo(qreal zoom, const QPointF& around);
    void change(Viewpoint viewpoint);
    bool nearLine(const QPointF& point) const;

    QImage image_;
    QImage other_;
    QString message_;
    Viewpoint viewpoint_;
    qreal split_ = 0.5;
    QPointF pressed_;
    Viewpoint pressedViewpoint_;
    enum class Drag { None, Picture, Line } drag_ = Drag::None;
};

}  // namespace fanlight::ui
