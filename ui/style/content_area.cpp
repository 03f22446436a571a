#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

constexpr QSize leastSize(200, 100);  // pixels that are worth showing

}  // namespace

ContentArea::ContentArea(QWidget* content, QWidget* parent) : QScrollArea(parent) {
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::NoFocus);
}

QSize ContentArea::sizeHint() const { return widget()->sizeHint(); }
QSize ContentArea::minimumSizeHint() const { return widget()->minimumSizeHint().boundedTo(leastSize); }

}  // namespace fanlight::ui

#include "moc_content_area.cpp"
