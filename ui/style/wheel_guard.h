#pragma once

#include <QElapsedTimer>
#include <QObject>

namespace fanlight::ui {

/// Keeps the wheel from changing numbers and choices that it happens to pass over while it scrolls a pane: only a field
/// that the user has turned to takes it, and not even that one while the pane is being scrolled. Install it on the
/// application, before its widgets are made.
class WheelGuard : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QElapsedTimer sinceScroll_;
};

}  // namespace fanlight::ui
