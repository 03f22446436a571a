#pragma once

#include <QImage>
#include <QWidget>

namespace fanlight::ui {

/// Where a picture is looked at: what point of it is in the middle, and how many logical pixels wide one of its is.
struct Viewpoint {
    QPointF center{0.5, 0.5};  ///< 0 to 1 over the picture
    qreal zoom = 0;            ///< 0: as large as fits

    bool operator==(const Viewpoint&) const = default;
};

/// One picture, or a second one beyond a movable line over it, zoomed by wheel, keys and double click, moved by
/// dragging and by the arrow keys while it is larger than the widget.
class PictureView : public QWidget {
    Q_OBJECT

public:
    explicit PictureView(QWidget* parent = nullptr);

    void setImage(const QImage& image);
    const QImage& image() const { return image_; }
    /// Shown on the far side of the line; null: no line.
    void setOther(const QImage& other);
    /// Instead of a picture.
    void setMessage(const QString& message);

    const Viewpoint& viewpoint() const { return viewpoint_; }
    void setViewpoint(const Viewpoint& viewpoint);
    /// Zoom in effect, also while it fits.
    qreal zoom() const;
    void zoomBy(qreal factor);
    void fit();
    void toggleFit();

    /// Of the line, 0 to 1 over the picture from its left.
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
